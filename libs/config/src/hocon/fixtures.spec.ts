import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../sources/read-config.js';
import { ConfigError } from './config-error.js';
import { type ConfigValue, toJson } from './config-value.js';

const FOLDER = fileURLToPath(new URL('../../../../test/fixtures/hocon/', import.meta.url));
const ENV = { PORTENV: '9999', HOSTTEST: 'hh', HOME: '/home/somebody' };

/** `[file, JSON or ERR]` as the original parser answered; in its JSON, keys are sorted. */
const cases = readFileSync(`${FOLDER}expected.tsv`, 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t') as [file: string, expected: string]);

function sorted(value: ConfigValue): ConfigValue {
  if (value.kind === 'list') {
    return { ...value, items: value.items.map(sorted) };
  }
  if (value.kind !== 'object') {
    return value;
  }
  const entries = [...value.fields].sort(([one], [other]) => (one < other ? -1 : 1));
  return { ...value, fields: new Map(entries.map(([key, inner]) => [key, sorted(inner)])) };
}

describe('HOCON as existing config files use it', () => {
  it.each(cases)('reads %s as the original parser does', async (file, expected) => {
    const reading = readConfig(FOLDER + file, { env: ENV });

    if (expected === 'ERR') {
      await expect(reading).rejects.toBeInstanceOf(ConfigError);
    } else {
      expect(toJson(sorted(await reading))).toBe(expected.replace('<HOME>', ENV.HOME));
    }
  });

  it('leaves out no file but those to be included', () => {
    const files = readdirSync(FOLDER).filter((file) => /\.(conf|json|properties)$/.test(file));
    const asked = new Set(cases.map(([file]) => file));

    const left = files.filter((file) => !asked.has(file) && !/^inc\d/.test(file));
    expect(left).toEqual([]);
    expect(cases.length).toBeGreaterThan(40);
  });
});
