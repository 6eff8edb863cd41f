import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../load-config.js';
import { sampleProgram } from '../testing/program.js';

/** Pieces that command lines are made of, so that chance finds its way past the first argument. */
const PIECES = [
  '--port',
  '--PORT=81',
  '-n',
  '--name=',
  '--token',
  '--enabled',
  '--enabled=perhaps',
  '--mode',
  'two',
  '7',
  '-1',
  '1e9',
  '"',
  '""',
  ' ',
  '=',
  '-',
  '--',
  '-D',
  '-Dproxy',
  '-D=x',
  '-Dproxy.name=x',
  '-Dproxy.name.a=x',
  '-Dproxy=x',
  '-Dproxy.hosts.0=a',
  '-Dproxy.hosts.x=a',
  '-Dproxy.items.0.name=a',
  '-Dproxy.items.0.__proto__.x=1',
  '-D__proto__.x=1',
  '-Dproxy.__proto__.x=1',
  '-Dproxy.constructor.prototype.x=1',
  '-Dproxy.name=\\u00',
  '--__proto__',
  '--old',
  'é\0',
];
const KEYS = ['PORT', 'NAME', 'TOKEN', 'ENABLED', 'MODE', 'OLD', '__proto__', 'constructor'];
/** They would read a file. */
const FILES = /^\s*"?(@|--?c)/i;

const text = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 12 }));
const args = fc.array(
  text.filter((argument) => !FILES.test(argument)),
  { maxLength: 12 },
);
const env = fc.dictionary(fc.constantFrom(...KEYS), text, { maxKeys: 4 });

describe('whatever stands on a command line and in the environment', () => {
  it('it is taken, or refused in lines that say where, and leaves the objects of the language alone', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const kinds = new Set<string>();

    await fc.assert(
      fc.asyncProperty(args, env, async (given, variables) => {
        const outcome = await loadConfig(sampleProgram, given, variables, '1');

        kinds.add(outcome.kind);
        if (outcome.kind === 'invalid') {
          expect(outcome.problems).not.toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );

    expect([...kinds].sort()).toEqual(['invalid', 'run']);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});
