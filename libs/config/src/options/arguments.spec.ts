import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesPerTest } from '../testing/files.js';
import { expandArgumentFiles, parseArguments } from './arguments.js';
import { indexFlags } from './flag-index.js';
import { flag, int, text } from './option-rows.js';

const index = indexFlags(
  {
    port: int({ default: 1, doc: '', flags: ['--port', '-p'] }),
    name: text({ default: '', doc: '', flags: ['--name'] }),
    admin: flag({ default: false, doc: '', flags: ['--admin', '-r'] }),
  },
  [{ key: 'old', flags: ['--old'], why: 'it is old' }],
);

/** The flags by key, and whatever is wrong. */
const parse = (...args: string[]) => {
  const { flags, defines, problems } = parseArguments(args, index);
  const texts = flags.map(({ target, text: given }) => ['key' in target ? target.key : target.kind, given]);
  return { ...Object.fromEntries(texts), defines, problems } as Record<string, unknown>;
};

describe('a command line', () => {
  it.each([
    [['--port', '5'], { port: '5' }],
    [['--port=5'], { port: '5' }],
    [['--port='], { port: '' }],
    [['-p', '5'], { port: '5' }],
    [['--PORT', '5', '-R'], { port: '5', admin: 'true' }],
    [['--port', '-1'], { port: '-1' }],
    [[' --port ', ' "5" '], { port: '5' }],
    [['--port="5"'], { port: '5' }],
    [['--name', 'a=b'], { name: 'a=b' }],
    [['--name', '-x'], { name: '-x' }],
    [['--admin'], { admin: 'true' }],
    [['--admin', '-r'], { admin: 'false' }],
    [['--admin', '-r', '--admin'], { admin: 'true' }],
    [['--admin=false'], { admin: 'false' }],
    [['--old', 'x'], { old: 'x' }],
    [['-c', 'x.conf', '-v', '-h'], { config: 'x.conf', version: 'true', help: 'true' }],
    [
      ['-Da.b=c=d', '-Da.b="x y"'],
      {
        defines: [
          ['a.b', 'c=d'],
          ['a.b', '"x y"'],
        ],
      },
    ],
    [['', ' '], {}],
  ])('%j is taken apart', (args, expected) => {
    expect(parse(...args)).toEqual({ defines: [], problems: [], ...expected });
  });

  it.each([
    [
      ['--prot', '5'],
      ['--prot: is no known option; did you mean --port?', 'argument 2 belongs to no option'],
    ],
    [['--frobnicate=s3cret'], ['--frobnicate: is no known option']],
    [['s3cret'], ['argument 1 belongs to no option']],
    [['--port'], ['--port: needs a value']],
    [['--port', '--admin'], ['--port: needs a value']],
    [['--name', '-Da=b'], ['--name: needs a value']],
    [['--port', '1', '-p', '2'], ['-p: can only be given once']],
    [
      ['-D', 'a=b'],
      ['-D: must be followed by key=value, without a space', 'argument 2 belongs to no option'],
    ],
    [['-Dx'], ['-D: must be followed by key=value, without a space']],
    [['-D=x'], ['-D: must be followed by key=value, without a space']],
    [
      ['-', '--'],
      ['-: is no known option', '--: is no known option'],
    ],
  ])('%j is wrong in words that quote no value', (args, problems) => {
    expect(parse(...args).problems).toEqual(problems);
  });
});

describe('an argument file', () => {
  const files = filesPerTest();

  it('stands for the arguments on its lines', async () => {
    const folder = files({ args: '# mine\n--port\n5\r\n\n  --name\nx y\n' });

    const expanded = await expandArgumentFiles(['--admin', `@${join(folder, 'args')}`, '-v']);

    expect(expanded).toEqual(['--admin', '--port', '5', '  --name', 'x y', '-v']);
  });

  it('that is missing leaves the argument as it was', async () => {
    expect(await expandArgumentFiles(['@/no/such/file'])).toEqual(['@/no/such/file']);
  });
});
