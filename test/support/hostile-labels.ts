import { type Arbitrary, array, constantFrom, json, jsonValue, oneof, string, tuple } from 'fast-check';

const NAMES = [
  'instance',
  'job',
  '__address__',
  '__metrics_path__',
  '__scheme__',
  '__param_x',
  '__scrape_interval__',
  '__scrape_timeout__',
  '__proto__',
  'agentName',
];
const VALUES = ['same', 'host:1/one', '', '\ud800', '1m', '0s', '9s', Number.MAX_VALUE];

const name = oneof(constantFrom(...NAMES), string({ unit: 'binary' }));
const value = oneof(constantFrom(...VALUES), string({ unit: 'binary' }), jsonValue());

/** What an agent may send as labels: an object of hostile names and values, any other JSON, or no JSON at all. */
export const hostileLabels: Arbitrary<string> = oneof(
  array(tuple(name, value)).map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
  json(),
  string({ unit: 'binary' }),
);
