import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.js';
import type { OptionRow } from './options/option-rows.js';
import { findValue } from './options/option-values.js';
import { filesPerTest } from './testing/files.js';
import type { SampleValue } from './testing/option-samples.js';
import { sampleProgram } from './testing/program.js';
import { type GivenSources, waysToSet } from './testing/ways-to-set.js';

const STRENGTHS = ['flag', 'variable', '-D', 'file', 'default'] as const;

/** An option of each type, with what the stronger and the weaker of two say; the former is not its default. */
const OPTIONS: Readonly<Record<string, readonly [stronger: SampleValue, weaker: SampleValue]>> = {
  'http.port': [1, 2],
  name: ['a', 'b'],
  enabled: [false, true],
  mode: ['two', 'one'],
  hosts: [['a'], ['b']],
  items: [[{ name: 'a' }], [{ name: 'b' }]],
};

/** The two that meet, and what both of them give together. */
const pairs = Object.entries(OPTIONS).flatMap(([key, [value, otherValue]]) => {
  const row = (sampleProgram.rows as Readonly<Record<string, OptionRow>>)[key];
  const ways = row === undefined ? [] : waysToSet('proxy', key, row, value);
  const others = row === undefined ? [] : waysToSet('proxy', key, row, otherValue);
  return ways.flatMap((stronger) => {
    const weaker = others.filter((way) => isStronger(stronger.strength, way.strength));
    return [...weaker, { way: 'default', strength: 'default', args: [], env: {}, file: undefined }].map(
      (other) => ({
        title: `${key}: ${stronger.way} before ${other.way}`,
        strengths: `${stronger.strength} before ${other.strength}`,
        key,
        value,
        args: [...other.args, ...stronger.args],
        env: { ...other.env, ...stronger.env },
        file: stronger.file ?? other.file,
      }),
    );
  });
});

function isStronger(one: (typeof STRENGTHS)[number], other: (typeof STRENGTHS)[number]): boolean {
  return STRENGTHS.indexOf(one) < STRENGTHS.indexOf(other);
}

describe('of two that set one option', () => {
  const files = filesPerTest();

  const load = ({ args, env, file }: GivenSources) => {
    const config = file === undefined ? [] : ['--config', join(files({ [file.name]: file.text }), file.name)];
    return loadConfig(sampleProgram, [...config, ...args], env, '1');
  };

  it.each(pairs)('the stronger one counts: $title', async ({ key, value, ...given }) => {
    const outcome = await load(given);

    expect(outcome.kind).toBe('run');
    expect(outcome.kind === 'run' && { value: findValue(outcome.options, key) }).toMatchObject({ value });
  });

  it.each(Object.keys(OPTIONS))('every pair that there is was tried: %s', (key) => {
    const tried = pairs.filter((pair) => pair.key === key).map(({ strengths }) => strengths);

    const isList = key === 'hosts' || key === 'items';
    expect(new Set(tried).size).toBe(isList ? 3 : 10);
  });
});
