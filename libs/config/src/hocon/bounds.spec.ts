import { describe, expect, it } from 'vitest';
import { readText } from '../testing/read-text.js';
import { ConfigError } from './config-error.js';
import { parseJson } from './json.js';
import { MAX_DEPTH, MAX_RESOLVED_BYTES, MAX_SUBSTITUTION_DEPTH } from './limits.js';
import { parseProperties } from './properties.js';

const MANY = 30_000;

const chain = (length: number): string =>
  `${Array.from({ length }, (_, index) => `a${index} = \${a${index + 1}}`).join('\n')}\na${length} = x`;

const doubling = (first: string, times: number, next: (older: string) => string): string =>
  [
    `a0 = ${first}`,
    ...Array.from({ length: times }, (_, index) => `a${index + 1} = ${next(`\${a${index}}`)}`),
  ].join('\n');

function expectError(read: () => unknown, words: RegExp): void {
  expect(errorOf(read)).toMatch(words);
}

function errorOf(read: () => unknown): string {
  try {
    read();
    return 'read without an error';
  } catch (error) {
    return error instanceof ConfigError ? error.message : `not our error: ${String(error)}`;
  }
}

describe('a document at its bounds', () => {
  it.each([
    ['lists', (depth: number) => `a = ${'['.repeat(depth)}${']'.repeat(depth)}`],
    ['objects', (depth: number) => `a ${'{a'.repeat(depth - 1)} {}${'}'.repeat(depth - 1)}`],
    ['keys of a path', (depth: number) => `${'a.'.repeat(depth - 1)}a = 1`],
    ['paths in objects', (depth: number) => `${'a.'.repeat(depth - 2)}a { a = 1 }`],
  ])('may nest %s up to the bound and no deeper', (_, nested) => {
    expect(() => readText(nested(MAX_DEPTH - 1))).not.toThrow();
    expectError(() => readText(nested(MAX_DEPTH + 2)), /nest deeper than 256|more than 256 parts/);
    expectError(() => readText(nested(MANY)), /nest deeper than 256|more than 256 parts/);
  });

  it.each([
    ['opened lists', '['.repeat(MANY)],
    ['opened objects', '{a='.repeat(MANY)],
    ['opened substitutions', `a = ${'${'.repeat(MANY)}`],
    ['keys of a substitution', `a = \${${'a.'.repeat(MANY)}a}`],
    ['pieces that join nothing', `a = ${'[]'.repeat(MANY)}x`],
  ])('is refused with %s by the ten thousand', (_, text) => {
    expectError(() => readText(text.startsWith('a') ? text : `a = ${text}`), /^test\.conf:1: /);
  });

  it('follows substitutions up to the bound and no further', () => {
    expect(() => readText(chain(MAX_SUBSTITUTION_DEPTH - 1))).not.toThrow();
    expectError(() => readText(chain(MAX_SUBSTITUTION_DEPTH + 1)), /substitutions nest deeper than 500/);
    expectError(() => readText(chain(20_000)), /substitutions nest deeper than 500/);
  });

  it.each([
    ['texts', doubling('aaaaaaaa', 40, (older) => older + older)],
    ['lists', doubling('[1]', 40, (older) => `${older} ${older}`)],
    ['lists in lists', doubling('[1]', 40, (older) => `[${older}, ${older}]`)],
    ['objects in objects', doubling('{}', 40, (older) => `{x = ${older}, y = ${older}}`)],
    ['one field', `a = aaaaaaaa\n${'a = ${a}${a}\n'.repeat(40)}`],
    ['one object', `a {x1=1,x2=2}\n${'a = ${a}${a}\n'.repeat(40)}b = \${a} ${'${a}'.repeat(300)}`],
    ['long texts', `a = ${'x'.repeat(500_000)}\nb = ${'${a}'.repeat(50_000)}`],
    [
      'wide objects',
      `a {${Array.from({ length: 10_000 }, (_, index) => `k${index}=1`).join('\n')}}\nb = ${'${a}'.repeat(50_000)}`,
    ],
  ])('is refused, or read, but never exhausts the process when it doubles %s', (_, text) => {
    const error = errorOf(() => readText(text));

    expect(error).toMatch(/larger than|grows past|too much work|read without/);
  });

  it('is refused when its values outgrow the bound', () => {
    const text = doubling('aaaaaaaa', 22, (older) => older + older);

    expectError(() => readText(text), new RegExp(`(larger than|grows past) ${MAX_RESOLVED_BYTES}`));
  });

  it.each([
    ['+=', 'a += 1\n'],
    ['absent substitutions', 'a = ${?b}\n'],
    ['objects', 'a { b = 1 }\n'],
  ])('may repeat a field fifty thousand times: %s', (_, line) => {
    expect(() => readText(line.repeat(50_000))).not.toThrow();
  });

  it('is refused as JSON and as properties when it nests too deep', () => {
    expectError(
      () => parseJson(`{"a":${'['.repeat(MANY)}${']'.repeat(MANY)}}`, 'x.json'),
      /nest deeper|not valid JSON/,
    );
    expectError(() => parseProperties(`${'a.'.repeat(MANY)}a=1`, 'x.properties'), /more than 256 parts/);
  });
});
