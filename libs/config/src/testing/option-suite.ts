import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigOutcome } from '../config-outcome.js';
import type { Environment } from '../config-layers.js';
import { loadConfig } from '../load-config.js';
import type { OptionRow, OptionRows } from '../options/option-rows.js';
import { findValue } from '../options/option-values.js';
import type { Program } from '../options/program.js';
import { filesPerTest } from './files.js';
import { sampleOf } from './option-samples.js';
import { type GivenSources, waysToSet } from './ways-to-set.js';

/** What existing installations of 4.x set: `[flags, variable, key, a value other than its default]`. */
export type ExistingOption = readonly [flags: string, variable: string, key: string, value: string];

export interface OptionSuite<R extends OptionRows, O> {
  readonly program: Program<R, O>;
  /** What each list of objects can hold, by key. */
  readonly elements: Readonly<Record<string, object>>;
  /** What an option that is refused when it stands alone needs beside it, by key without the prefix. */
  companyOf(key: string): Readonly<Record<string, string>>;
  readonly existing: readonly ExistingOption[];
  /** What is noticed of a configuration that says nothing. */
  readonly notices: readonly string[];
}

/** A configuration is what a file says, and the command line and the environment beside it. */
export function loaderPerTest<R extends OptionRows, O>(program: Program<R, O>) {
  const files = filesPerTest();
  const name = program.prefix;
  const load = (text: string, args: readonly string[] = [], env: Environment = {}) =>
    loadConfig(
      program,
      ['--config', join(files({ [`${name}.conf`]: text }), `${name}.conf`), ...args],
      env,
      '1',
    );
  /** Without the folder the file stood in. */
  const shown = (line: string): string => line.replaceAll(new RegExp(`\\S*(?=${name}\\.conf)`, 'g'), '');
  return {
    load,
    files,
    optionsOf: (outcome: ConfigOutcome<O>): O => {
      if (outcome.kind !== 'run') {
        throw new Error(JSON.stringify(outcome));
      }
      return outcome.options;
    },
    problemsOf: (outcome: ConfigOutcome<O>): string[] =>
      outcome.kind === 'invalid' ? outcome.problems.map(shown) : [],
    noticesOf: (outcome: ConfigOutcome<O>): string[] =>
      outcome.kind === 'run' ? outcome.notices.map(shown) : [],
  };
}

/** What holds for every row of a program's table, and for all that existing installations set. */
export function describeOptions<R extends OptionRows, O>(suite: OptionSuite<R, O>): void {
  const { program, elements, existing } = suite;
  const { prefix, rows, ignored } = program;

  const companyArgs = (key: string): string[] =>
    Object.entries(suite.companyOf(key))
      .filter(([other]) => other !== key)
      .map(([other, text]) => `-D${prefix}.${other}=${text}`);

  describe(`every option of ${program.name}`, () => {
    const { files, optionsOf, noticesOf } = loaderPerTest(program);

    const load = ({ args, env, file }: GivenSources, key: string): Promise<ConfigOutcome<O>> => {
      const { name, text } = file ?? { name: 'x.conf', text: `${prefix} {}` };
      return loadConfig(
        program,
        ['--config', join(files({ [name]: text }), name), ...companyArgs(key), ...args],
        env,
        '1',
      );
    };

    const ways = Object.entries<OptionRow>(rows).flatMap(([key, row]) => {
      const value = sampleOf(row, elements[key]);
      return waysToSet(prefix, key, row, value).map((given) => ({ ...given, key, value }));
    });

    it.each(ways)('$key can be set by $way', async ({ key, value, ...given }) => {
      const options = optionsOf(await load(given, key));

      expect({ value: findValue(options, key) }).toMatchObject({ value });
    });

    it('stands once in the help, and never both in the table and among what is ignored', () => {
      const grouped = program.groups.flatMap((group) => Object.keys(group.rows));
      const flags = [...Object.values<OptionRow>(rows), ...ignored].flatMap((row) => row.flags ?? []);

      expect(grouped.sort()).toEqual(Object.keys(rows).sort());
      expect(ignored.filter(({ key }) => Object.hasOwn(rows, key))).toEqual([]);
      expect(new Set(flags).size).toBe(flags.length);
    });

    it.each(existing)(
      'that exists is taken, or said to be ignored: %s %s %s',
      async (flags, env, key, value) => {
        const given: GivenSources[] = [
          ...spellings(flags).map((flag) => ({ args: value === 'true' ? [flag] : [flag, value], env: {} })),
          ...(env === '' ? [] : [{ args: [], env: { [env]: value } }]),
          { args: [], env: {}, file: { name: 'x.conf', text: `${prefix}.${key} = ${value}` } },
          { args: [`-D${prefix}.${key}=${value}`], env: {} },
        ];

        for (const outcome of await Promise.all(given.map((some) => load(some, key)))) {
          const isIgnored = noticesOf(outcome).some((notice) => notice.startsWith('ignored here: '));
          const isTaken = String(findValue(optionsOf(outcome), key)) === value;
          expect([isTaken, isIgnored]).toContain(true);
          expect(noticesOf(outcome).join('\n')).not.toContain('is not known');
        }
      },
    );

    it('is said aloud when somebody may rely on it and it has no effect', async () => {
      for (const { key, warning } of ignored) {
        const file = { name: 'x.conf', text: `${prefix}.${key} = true` };
        const notices = noticesOf(await load({ args: [], env: {}, file }, key));

        const warnings = warning === undefined ? [] : [warning];
        expect(notices).toEqual([`ignored here: ${prefix}.${key}`, ...warnings, ...suite.notices]);
      }
    });
  });
}

const spellings = (flags: string): string[] => flags.split(' ').filter((flag) => flag !== '');
