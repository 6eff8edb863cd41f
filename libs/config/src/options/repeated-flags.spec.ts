import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.js';
import { indexFlags } from './flag-index.js';
import { moduleRows } from './module-rows.js';
import { resolveSettings } from './resolve-settings.js';
import type { ConfigObject } from '../hocon/config-value.js';

const rows = moduleRows('proxy');
const origin = { source: 'proxy.conf' };
const inFile: ConfigObject = {
  kind: 'object',
  origin,
  fields: new Map([
    ['modules', { kind: 'list', origin, items: [{ kind: 'string', text: './of-file.js', origin }] }],
  ]),
};

const modulesOf = (args: readonly string[]): unknown => {
  const { flags, problems } = parseArguments(args, indexFlags(rows, []));
  expect(problems).toEqual([]);
  return resolveSettings('proxy', rows, { flags, env: {}, config: inFile }).settings.get('modules')?.value;
};

describe('a flag that stands for a list', () => {
  it('adds an element each time it is given, in order, in place of what a file says', () => {
    expect(modulesOf(['--module', './a.js', '--module=./b.js'])).toEqual(['./a.js', './b.js']);
  });

  it('leaves what a file says where it is not given', () => {
    expect(modulesOf([])).toEqual(['./of-file.js']);
  });
});
