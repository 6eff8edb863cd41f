import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IsOptional, IsString } from 'class-validator';
import { afterEach, expect, it } from 'vitest';
import { objectList } from './options/option-rows.js';
import { readObjects } from './read-objects.js';

class Item {
  @IsString({ message: 'must be text' })
  readonly a!: string;

  @IsOptional()
  @IsString({ message: 'must be text' })
  readonly b?: string;
}

const row = objectList(Item, { jsonTextFields: ['b'], doc: '' });
const folders: string[] = [];

afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** Read the first of some files; how the folder is called is left out of what comes back. */
async function read(files: Record<string, string>, env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'objects-'));
  folders.push(folder);
  const names = Object.keys(files);
  names.forEach((name) => writeFileSync(join(folder, name), files[name] ?? ''));
  const outcome = await readObjects({
    path: join(folder, names[0] ?? 'missing.conf'),
    key: 'items',
    row,
    env,
  });
  return JSON.parse(JSON.stringify(outcome).replaceAll(`${folder}/`, '')) as unknown;
}

it.each([
  ['x.conf', 'items = [{ a = 1, b { c = 2 } }]'],
  ['x.json', '{"items": [{"a": 1, "b": {"c": 2}}]}'],
  ['x.properties', 'items.0.a=1\nitems.0.b={"c":2}'],
  ['x.yml', 'items = [{ a = 1, b = "{\\"c\\":2}" }] # HOCON'],
  ['x', 'items = [{ a = 1, b = """{"c":2}""" }]'],
])('reads what %s holds', async (name, text) => {
  expect(await read({ [name]: text })).toEqual({
    kind: 'ok',
    elements: [{ a: '1', b: '{"c":2}' }],
    notices: [],
    files: [name],
  });
});

it('fills in its own keys and the environment, and names what it includes', async () => {
  const files = {
    'x.conf': 'include "y.conf", own = 1, items = [{ a = ${own}${E}${y}${?none} }]',
    'y.conf': 'y = 3',
  };

  expect(await read(files, { E: '2' })).toEqual({
    kind: 'ok',
    elements: [{ a: '123' }],
    notices: [],
    files: ['x.conf', 'y.conf'],
  });
});

it.each([
  ['items = []', []],
  ['items = null', []],
  ['other = 1', ['x.conf: holds no items']],
  ['', ['x.conf: holds no items']],
])('takes %j for an empty list', async (text, notices) => {
  expect(await read({ 'x.conf': text })).toEqual({ kind: 'ok', elements: [], notices, files: ['x.conf'] });
});

it.each([
  [{}, ['missing.conf: there is no such file']],
  [{ 'x.json': '{"items": [' }, ['x.json:1: this is not valid JSON']],
  [{ 'x.conf': 'items = [{ a = ${none} }]' }, [expect.stringMatching(/^x\.conf:1: .*none/)]],
  [{ 'x.conf': 'items = 3' }, ['x.conf:1: items: must be a list of objects']],
  [
    { 'x.conf': 'items = [{ a = 1 }, 2, { b = x },\n{ a = [] }]' },
    [
      'x.conf:1: items[1]: must be an object',
      'x.conf:1: items[2].a: is missing',
      'x.conf:2: items[3].a: must be text',
    ],
  ],
])('says all that is wrong with %j', async (files, problems) => {
  expect(await read(files)).toMatchObject({ kind: 'invalid', problems });
});
