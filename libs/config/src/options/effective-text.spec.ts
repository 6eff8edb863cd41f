import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigOutcome } from '../config-outcome.js';
import { loadConfig } from '../load-config.js';
import { filesPerTest } from '../testing/files.js';
import { sampleProgram, type SampleOptions } from '../testing/program.js';

describe('what --check-config prints', () => {
  const files = filesPerTest();

  const load = (
    conf: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ConfigOutcome<SampleOptions>> => {
    const folder = files({ 'x.conf': conf, 'inner.conf': 'proxy.http.idle = 9' });
    return loadConfig(sampleProgram, ['--config', join(folder, 'x.conf'), ...args], env, '1.2.3');
  };

  const check = async (...given: Parameters<typeof load>): Promise<string> => {
    const outcome = await load(given[0], ['--check-config', ...(given[1] ?? [])], given[2]);
    return outcome.kind === 'print' ? outcome.text.replace(/\S*\/(?=\w+\.conf)/g, '') : '';
  };

  it('is every option with its value in force, and who gave it', async () => {
    const text = await check(
      'include "inner.conf"\nproxy {\n  hosts = [a, "b c"]\n  items = [{ name = x }]\n  mode = one\n}',
      ['--port', '81', '-Dproxy.enabled=no'],
      { NAME: 'somebody' },
    );

    expect(text.split('\n').map((line) => line.replace(/ +#/, ' #'))).toEqual([
      '# sample: the configuration can be used',
      '',
      '# All of them',
      'proxy.http.port = 81 # --port',
      'proxy.http.idle = 9 # inner.conf:1',
      '# proxy.threshold is unset # default',
      'proxy.name = "somebody" # NAME',
      'proxy.token = "" # default',
      'proxy.enabled = false # -D',
      'proxy.mode = "one" # x.conf:5',
      'proxy.hosts = ["a","b c"] # x.conf:3',
      'proxy.items = [ # x.conf:4',
      '  {"name":"x","secret":"***","tags":[],"labels":"{}"}',
      ']',
    ]);
  });

  it('is a configuration that says the same', async () => {
    const conf = String.raw`proxy {
      name = "a # b \" ${'${'}c} \u0007", threshold = -5, http.idle = 9, mode = two
      hosts = ["", "#", "a\nb"], items = [{ name = "]", secret = none, tags = [a], labels { k = "#" } }]
    }`;
    const printed = (await check(conf)).replaceAll('"***"', '"none"');

    const [written, read] = await Promise.all([load(conf), load(printed)]);

    expect([written.kind, read]).toMatchObject(['run', { kind: 'run' }]);
    expect(read.kind === 'run' && read.options).toEqual(written.kind === 'run' && written.options);
  });

  it('holds no secret, and no user, password or query value of a URL', async () => {
    const text = await check(
      `proxy {
        name = "https://u5er:s3cret@h/x?token=s3cret&y"
        hosts = ["http://s3cret@h", "me@example.com"]
        items = [{ name = "see ftp://u5er:s3cret@h now", secret = s3cret }]
      }`,
      ['--token', 's3cret'],
    );

    expect(text).not.toMatch(/s3cret|u5er/);
    expect(text).toContain('"https://***@h/x?token=***&y"');
    expect(text).toContain('["http://***@h","me@example.com"]');
    expect(text).toContain('proxy.token = "***"');
  });

  it('begins with what has no effect, each in a comment of its own', async () => {
    const text = await check(String.raw`proxy { nmae = x, old = 1, "a\nb" = 1 }`);

    expect(text.split('\n').slice(0, 5)).toEqual([
      '# sample: the configuration can be used',
      '# notice: x.conf:1: proxy.nmae: is not known and has no effect; did you mean name?',
      expect.stringMatching(/^# notice: x\.conf:1: proxy\.a b: is not known/) as string,
      '# notice: ignored here: proxy.old',
      '# notice: old has no effect any more',
    ]);
  });

  it('is every problem instead, where there is one', async () => {
    expect(await load('proxy { http.port = 0, mode = x }', ['--check_config'])).toMatchObject({
      kind: 'invalid',
      problems: [expect.stringContaining('proxy.http.port'), expect.stringContaining('proxy.mode')],
    });
  });
});
