import { expect, test } from 'vitest';
import { EndpointRound } from './endpoints.js';

const first = { host: 'a', port: 1 };
const second = { host: 'b', port: 2 };

test('a round tries every endpoint once, in order, and then is over', () => {
  const round = new EndpointRound([first, second]);

  const tried = [round.next(), round.next(), round.next(), round.next()];

  expect(tried).toEqual([
    { endpoint: first, index: 0 },
    { endpoint: second, index: 1 },
    undefined,
    undefined,
  ]);
});

test('a round that is restarted begins at the first endpoint', () => {
  const round = new EndpointRound([first, second]);
  round.next();

  round.restart();

  expect(round.next()).toEqual({ endpoint: first, index: 0 });
});

test('an agent without an endpoint is refused', () => {
  expect(() => new EndpointRound([])).toThrow(RangeError);
});
