import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigOutcome } from './config-outcome.js';
import { loadConfig } from './load-config.js';
import { filesPerTest } from './testing/files.js';
import { sampleProgram, type SampleOptions } from './testing/program.js';

interface Given {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The text of `x.conf`. */
  readonly conf?: string;
}

describe('the configuration of a program', () => {
  const files = filesPerTest();

  const load = ({ args = [], env = {}, conf }: Given): Promise<ConfigOutcome<SampleOptions>> => {
    const config = conf === undefined ? [] : ['--config', join(files({ 'x.conf': conf }), 'x.conf')];
    return loadConfig(sampleProgram, [...config, ...args], env, '1.2.3');
  };

  const run = async (given: Given) => {
    const outcome = await load(given);
    if (outcome.kind !== 'run') {
      throw new Error(JSON.stringify(outcome));
    }
    return outcome;
  };

  /** Without the folder the file stood in. */
  const problemsOf = async (given: Given): Promise<string[]> => {
    const outcome = await load(given);
    const problems = outcome.kind === 'invalid' ? outcome.problems : [];
    return problems.map((line) => line.replace(/\S*x\.conf/g, 'x.conf'));
  };

  const noticesOf = async (given: Given): Promise<string[]> =>
    (await run(given)).notices.map((line) => line.replace(/\S*x\.conf/g, 'x.conf'));

  it('is the defaults when nothing is given, and frozen', async () => {
    const { options, notices } = await run({});

    expect(options).toEqual({
      http: { port: 80, idle: 45 },
      threshold: undefined,
      name: 'nobody',
      token: '',
      enabled: true,
      mode: 'one',
      hosts: [],
      items: [],
    });
    expect(notices).toEqual([]);
    expect([options, options.http, options.items].every((part) => Object.isFrozen(part))).toBe(true);
  });

  it.each([
    ['a flag of -1 for a number', { args: ['--port', '-1'], env: { PORT: '2' } }, { http: { port: 2 } }],
    ['an empty flag for a text', { args: ['--name', ''], env: { NAME: 'e' } }, { name: 'e' }],
    ['an empty flag for a word', { args: ['--mode', ''], env: { MODE: 'TWO' } }, { mode: 'two' }],
    ['an empty variable for a text', { env: { NAME: '' }, conf: 'proxy.name = c' }, { name: '' }],
    ['a boolean flag', { args: ['--enabled'], conf: 'proxy.enabled = no' }, { enabled: true }],
    ['a boolean flag given twice', { args: ['--enabled', '--enabled'] }, { enabled: false }],
    ['a boolean flag with a value', { args: ['--enabled=False'] }, { enabled: false }],
    ['a boolean variable', { env: { ENABLED: 'FALSE' } }, { enabled: false }],
    ['-1 with a meaning', { conf: 'proxy.http.idle = -1' }, { http: { idle: 45 } }],
    [
      'texts that are numbers',
      { conf: 'proxy { http.port = "81", name = 007 }' },
      { http: { port: 81 }, name: '007' },
    ],
    ['texts that are booleans', { args: ['-Dproxy.enabled=off'] }, { enabled: false }],
    ['a quoted -D', { args: ['-Dproxy.name="a b"'] }, { name: 'a b' }],
    ['a -D with escapes', { args: ['-Dproxy.name=a\\u0062\\\\'] }, { name: 'ab\\' }],
    ['a list', { conf: 'proxy.hosts = [a, 1, "b c"]' }, { hosts: ['a', '1', 'b c'] }],
    [
      'a list by numbers',
      { args: ['-Dproxy.hosts.10=b', '-Dproxy.hosts.9=a'], conf: 'proxy.hosts = [z]' },
      { hosts: ['a', 'b'] },
    ],
    ['a list of objects by numbers', { args: ['-Dproxy.items.0.name=a'] }, { items: [{ name: 'a' }] }],
    [
      'an object for JSON text',
      { conf: 'proxy.items = [{ name = a, labels { b = [1, x] } }]' },
      { items: [{ labels: '{"b":[1,"x"]}' }] },
    ],
    [
      'a substitution',
      { env: { WHO: 'w' }, conf: 'who = ${WHO}, proxy.name = "<"${who}">"' },
      { name: '<w>' },
    ],
    [
      'another program’s block',
      { conf: 'proxy.name = c, agent { name = ${NOT_SET}, http = 5 }' },
      { name: 'c' },
    ],
  ])('takes %s as it is meant', async (_, given, expected) => {
    const { options } = await run(given);

    expect(options).toMatchObject(expected);
  });

  it('is found under the name in the variable, unless a flag names another', async () => {
    const folder = files({ 'x.conf': 'proxy.name = x', 'y.conf': 'proxy.name = y' });
    const env = { SAMPLE_CONFIG: join(folder, 'x.conf') };

    expect((await run({ env })).options.name).toBe('x');
    expect((await run({ env, args: ['-c', join(folder, 'y')] })).options.name).toBe('y');
  });

  it.each([
    ['proxy.http.port = 0, include "y"', 'right', 'proxy.name = y'],
    ['proxy.name = x, include "y"', 'wrong', 'proxy.http.port = 0'],
    ['proxy.name = x, include "y"', 'broken', 'proxy.name = {'],
  ])(
    'names the files that it was read from when it is refused: %s, where y is %s',
    async (conf, _, included) => {
      const folder = files({ 'x.conf': conf, 'y.conf': included });

      const outcome = await load({ args: ['--config', join(folder, 'x.conf')] });

      expect(outcome).toMatchObject({ kind: 'invalid' });
      expect(outcome).toHaveProperty(
        'files',
        expect.arrayContaining(['x.conf', 'y.conf'].map((name) => join(folder, name))),
      );
    },
  );

  it.each([
    [
      { args: ['--port', '0'] },
      'proxy.http.port (--port): "0" is not allowed; allowed: a whole number, 1 to 65535',
    ],
    [
      { args: ['--port', '1.5'] },
      'proxy.http.port (--port): "1.5" is not allowed; allowed: a whole number, 1 to 65535',
    ],
    [{ env: { PORT: '' } }, 'proxy.http.port (PORT): "" is not allowed; allowed: a whole number, 1 to 65535'],
    [
      { env: { PORT: ' 1' } },
      'proxy.http.port (PORT): " 1" is not allowed; allowed: a whole number, 1 to 65535',
    ],
    [{ env: { ENABLED: 'yes' } }, 'proxy.enabled (ENABLED): "yes" is not allowed; allowed: true or false'],
    [{ args: ['--enabled=yes'] }, 'proxy.enabled (--enabled): "yes" is not allowed; allowed: true or false'],
    [{ env: { MODE: 'three' } }, 'proxy.mode (MODE): "three" is not allowed; allowed: one, two'],
    [{ args: ['-Dproxy.mode=three'] }, 'proxy.mode (-D): "three" is not allowed; allowed: one, two'],
    [
      { conf: 'proxy {\n http.port = -1\n}' },
      'x.conf:2: proxy.http.port: "-1" is not allowed; allowed: a whole number, 1 to 65535',
    ],
    [
      { conf: 'proxy.threshold = 2147483648' },
      'x.conf:1: proxy.threshold: "2147483648" is not allowed; allowed: a whole number',
    ],
    [
      { conf: 'proxy.threshold = 0x10' },
      'x.conf:1: proxy.threshold: "0x10" is not allowed; allowed: a whole number',
    ],
    [{ conf: 'proxy.name = [a]' }, 'x.conf:1: proxy.name: a list is not allowed; allowed: text'],
    [{ conf: 'proxy.name = null' }, 'x.conf:1: proxy.name: "null" is not allowed; allowed: text'],
    [{ conf: 'proxy.hosts = a' }, 'x.conf:1: proxy.hosts: "a" is not allowed; allowed: a list of texts'],
    [
      { conf: 'proxy.hosts = [[a]]' },
      'x.conf:1: proxy.hosts: a list is not allowed; allowed: a list of texts',
    ],
    [{ conf: 'proxy.http = 5' }, 'x.conf:1: proxy.http: must be an object'],
    [{ conf: 'proxy = 5' }, 'x.conf:1: proxy: must be an object'],
    [{ conf: 'proxy.items = a' }, 'x.conf:1: proxy.items: must be a list of objects'],
    [{ conf: 'proxy.items = [\na]' }, 'x.conf:2: proxy.items[0]: must be an object'],
    [{ conf: 'proxy.items = [{name = a}\n{}]' }, 'x.conf:2: proxy.items[1].name: is missing'],
    [{ conf: 'proxy.items = [{name = [a]}]' }, 'x.conf:1: proxy.items[0].name: must be text'],
    [{ conf: 'proxy.items = [{name = null}]' }, 'x.conf:1: proxy.items[0].name: "null" must be text'],
    [
      { conf: 'proxy.items = [{name = a\ntags = [{}]}]' },
      'x.conf:2: proxy.items[0].tags: must hold texts only',
    ],
    [{ conf: 'a = [\n' }, "x.conf:1: a '[' is never closed"],
    [{ args: ['-c', '/no/x.conf'] }, 'x.conf: there is no such file'],
    [{ args: ['-Dproxy.name=\\u1'] }, '-D: an escape \\u needs four hexadecimal digits'],
  ])('is refused for %j', async (given, problem) => {
    expect(await problemsOf(given)).toEqual([problem]);
  });

  it('is refused with all that is wrong, wherever it stands', async () => {
    const problems = await problemsOf({
      args: ['--frob', '--port', 'x', '-Dproxy.enabled=perhaps'],
      env: { MODE: 'three' },
      conf: 'proxy {\n threshold = x\n items = [{}]\n http = 5\n hosts = a\n name = {}\n token = "no!"\n}',
    });

    expect(problems).toHaveLength(10);
  });

  it.each([
    { args: ['--token', 's3cret!'] },
    { env: { TOKEN: 's3cret!' } },
    { args: ['-Dproxy.token=s3cret!'] },
    { conf: 'proxy.token = "s3cret!"' },
    {
      conf: 'proxy.items = [{ name = [], secret = { s3cret = 1 } }, { secret = [s3cret] }, {name = {}, secret = s3cret}]',
    },
    { conf: 'proxy.token = s3cret!' },
  ])('never shows a secret: %j', async (given) => {
    const problems = await problemsOf(given);

    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).not.toContain('s3cret');
  });

  it('notices what has no effect, with the key that was probably meant', async () => {
    const notices = await noticesOf({
      args: ['--old', 'x', '-Dproxy.nmae=x', '-Dproksy.name=x', '-Dagent.name=x'],
      env: { OLD: 'x' },
      conf: 'proxy {\n htp { port = 1 }\n http { prot = 2, older = 3 }\n completely.different = 4\n items = [{name = a, tgas = []}]\n}',
    });

    expect(notices).toEqual([
      'proksy.name (-D): is not known and has no effect; keys begin with proxy.',
      'x.conf:2: proxy.htp: is not known and has no effect',
      'x.conf:3: proxy.http.prot: is not known and has no effect; did you mean http.port?',
      'x.conf:4: proxy.completely: is not known and has no effect',
      'proxy.nmae (-D): is not known and has no effect; did you mean name?',
      'x.conf:5: proxy.items[0].tgas: is not known and has no effect; did you mean tags?',
      'ignored here: proxy.http.older, --old, OLD',
      'old has no effect any more',
    ]);
  });

  it('says nothing about an ignored option that is off', async () => {
    expect(await noticesOf({ conf: 'proxy.old = false' })).toEqual(['ignored here: proxy.old']);
  });

  it('notices a file without a block for this program, and a fraction where a whole number is meant', async () => {
    expect(await noticesOf({ conf: 'agent {}' })).toEqual(['x.conf holds no proxy block; defaults are used']);
    expect(await noticesOf({ conf: 'proxy.threshold = 12.7' })).toEqual([
      'x.conf:1: proxy.threshold: 12.7 is taken as 12',
    ]);
  });

  it('is not read when only help or the version is asked for', async () => {
    expect(await load({ args: ['--version', '--frob'], conf: 'a = [' })).toEqual({
      kind: 'print',
      text: 'sample 1.2.3',
    });
    expect(await load({ args: ['-h', '--frob'] })).toMatchObject({ kind: 'print' });
  });

  it('tells every option in its help', async () => {
    const outcome = await load({ args: ['--HELP'] });

    const text = outcome.kind === 'print' ? outcome.text : '';
    for (const [key, row] of Object.entries(sampleProgram.rows)) {
      const names = [`proxy.${key}`, row.doc, ...(row.flags ?? []), row.env ?? ''];
      expect(names.filter((name) => !text.includes(name))).toEqual([]);
    }
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });
});
