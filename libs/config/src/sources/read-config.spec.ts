import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toJson } from '../hocon/config-value.js';
import { MAX_DOCUMENT_BYTES } from '../hocon/limits.js';
import { filesPerTest } from '../testing/files.js';
import { readConfig } from './read-config.js';

const readJson = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
  toJson(await readConfig(name, { env }));

describe('a configuration read from a file', () => {
  const files = filesPerTest();

  it.each([
    ['x.conf', 'a = 1', '{"a":1}'],
    ['x.json', '{"a": 1}', '{"a":1}'],
    ['x.properties', 'a = 1', '{"a":"1"}'],
  ])('has the syntax of its suffix: %s', async (name, text, json) => {
    const folder = files({ [name]: text });

    expect(await readJson(join(folder, name))).toBe(json);
  });

  it('is merged from all files of its base name, conf over json over properties', async () => {
    const folder = files({
      'x.conf': 'a = 1',
      'x.json': '{"a":2,"b":2}',
      'x.properties': 'a=3\nb=3\nc=3',
      x: 'a = 4',
    });

    expect(JSON.parse(await readJson(join(folder, 'x')))).toEqual({ a: 1, b: 2, c: '3' });
  });

  it('is looked for under its name alone with a known suffix, and with each suffix otherwise', async () => {
    const folder = files({ 'x.yml': 'a: 1' });

    await expect(readJson(join(folder, 'x.conf'))).rejects.toThrow(/x\.conf: there is no such file$/);
    await expect(readJson(join(folder, 'x.yml'))).rejects.toThrow(
      /no such file \(tried .*x\.yml\.conf, .*x\.yml\.json, .*\); only \.conf, \.json and \.properties are read$/,
    );
  });

  it('may be as large as the bound and no larger', async () => {
    const line = '# '.padEnd(MAX_DOCUMENT_BYTES - 4, 'x');
    const folder = files({ 'most.conf': `${line}\na=1`, 'more.conf': `${line}\na=12` });

    expect(await readJson(join(folder, 'most.conf'))).toBe('{"a":1}');
    await expect(readJson(join(folder, 'more.conf'))).rejects.toThrow(
      /more\.conf: is larger than 1048576 bytes$/,
    );
  });

  it('must be a file', async () => {
    const folder = files({});
    mkdirSync(join(folder, 'd.conf'));

    await expect(readJson(join(folder, 'd.conf'))).rejects.toThrow(/d\.conf: /);
  });

  it('may be a link, and may hold bytes that are no UTF-8', async () => {
    const folder = files({ 'x.conf': Buffer.from('a = "\xe9" # \xff', 'latin1') });
    symlinkSync(join(folder, 'x.conf'), join(folder, 'link.conf'));

    expect(await readJson(join(folder, 'link.conf'))).toBe('{"a":"\ufffd"}');
  });

  it('resolves the wanted blocks only', async () => {
    const folder = files({ 'x.conf': 'shared = 1\nproxy.a = ${shared}\nagent.b = ${NOT_SET_HERE}' });

    const config = await readConfig(join(folder, 'x.conf'), { env: {}, only: ['proxy'] });

    expect(toJson(config)).toBe('{"proxy":{"a":1}}');
    await expect(readJson(join(folder, 'x.conf'))).rejects.toThrow(
      /x\.conf:3: \$\{NOT_SET_HERE\} has no value/,
    );
  });
});

describe('an include', () => {
  const files = filesPerTest();

  it('takes the place of its statement, and its substitutions see both documents', async () => {
    const folder = files({
      'x.conf': 'a = 1\nb = 1\ninclude "y"\nc = 3\nd { include "y.conf", b = 5 }',
      'y.conf': 'b = 2, c = 2, e = ${b}, f = ${a}',
    });

    expect(JSON.parse(await readJson(join(folder, 'x.conf')))).toEqual({
      a: 1,
      b: 2,
      c: 3,
      e: 2,
      f: 1,
      d: { b: 5, c: 2, e: 5, f: 1 },
    });
  });

  it('appends to the list it is included beside', async () => {
    const folder = files({ 'x.conf': 'o { l = [1], include "y" }', 'y.conf': 'l += 2\nl += 3' });

    expect(await readJson(join(folder, 'x.conf'))).toBe('{"o":{"l":[1,2,3]}}');
  });

  it('is found beside the file it stands in, in whatever form it is written', async () => {
    const folder = files({
      'x.conf': 'include "d/y"\ninclude required(file("d/y.conf"))\ninclude required( "z.json" )',
    });
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'd', 'y.conf'), 'a = 1\ninclude "y2.properties"');
    writeFileSync(join(folder, 'd', 'y2.properties'), 'b=2');
    writeFileSync(join(folder, 'z.json'), '{"c":3}');

    expect(await readJson(join(folder, 'x.conf'))).toBe('{"a":1,"b":"2","c":3}');
  });

  it('is passed over in silence when it is missing, unless it is required', async () => {
    const folder = files({
      'x.conf': 'a = 1\ninclude "no"\ninclude file("no.conf")',
      'y.conf': 'a = 1\ninclude required("no")',
    });

    expect(await readJson(join(folder, 'x.conf'))).toBe('{"a":1}');
    await expect(readJson(join(folder, 'y.conf'))).rejects.toThrow(
      /y\.conf:2: the required include "no" was not found/,
    );
  });

  it.each([
    [
      'include "evil.js"',
      /x\.conf:1: "evil\.js" cannot be included; only \.conf, \.json and \.properties can/,
    ],
    ['include required("evil.js")', /"evil\.js" cannot be included/],
    ['include file("no.yml")', /"no\.yml" cannot be included/],
    ['include "http://localhost:1/x.conf"', /x\.conf:1: a file cannot include a URL/],
    ['include url("http://localhost:1/x.conf")', /x\.conf:1: a file cannot include a URL/],
    ['include "file:///etc/x.conf"', /x\.conf:1: an include can name a file, or an http or https URL/],
    ['include url("x.conf")', /x\.conf:1: an include can name a file, or an http or https URL/],
    ['include classpath("x.conf")', /x\.conf:1: an include can name a file, or an http or https URL/],
  ])('is refused in words: %s', async (statement, words) => {
    const folder = files({ 'x.conf': statement, 'evil.js': 'globalThis.wasRun = true; module.exports = {}' });

    await expect(readJson(join(folder, 'x.conf'))).rejects.toThrow(words);
    expect((globalThis as { wasRun?: boolean }).wasRun).toBeUndefined();
  });

  it('cannot include itself, nor go deeper than the bound, nor fan out without end', async () => {
    const deep = Array.from({ length: 60 }, (_, index) => [
      `d${index}.conf`,
      `include "d${index + 1}"\na${index} = 1`,
    ]);
    const wide = Array.from({ length: 20 }, (_, index) => [
      `w${index}.conf`,
      `include "w${index + 1}"\n`.repeat(2),
    ]);
    const folder = files({
      'self.conf': 'include "self.conf"',
      'a.conf': 'include "b"',
      'b.conf': 'x = 1\ninclude "./a"',
      ...Object.fromEntries([...deep, ...wide]),
    });

    await expect(readJson(join(folder, 'self.conf'))).rejects.toThrow(
      /self\.conf:1: ".*self\.conf" includes itself/,
    );
    await expect(readJson(join(folder, 'a.conf'))).rejects.toThrow(/b\.conf:2: ".*a\.conf" includes itself/);
    await expect(readJson(join(folder, 'd0.conf'))).rejects.toThrow(/includes nest deeper than 50/);
    await expect(readJson(join(folder, 'w0.conf'))).rejects.toThrow(/more than 1000 documents are included/);
  });

  it('counts as deep as the place it stands in', async () => {
    const folder = files({
      'x.conf': `${'a.'.repeat(150)}a { include "y" }`,
      'y.conf': `${'b.'.repeat(150)}b = 1`,
    });

    await expect(readJson(join(folder, 'x.conf'))).rejects.toThrow(
      /y\.conf:1: objects and lists nest deeper than 256/,
    );
  });

  it('shows its own file and line in an error', async () => {
    const folder = files({ 'x.conf': 'include "y"', 'y.conf': '\n\na = = 1' });

    await expect(readJson(join(folder, 'x.conf'))).rejects.toThrow(/y\.conf:3: expected a value, found '='/);
  });
});
