import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { startAgent } from './bootstrap.js';
import { loadAgentConfig } from './config/agent-options.js';
import { recordingLogger } from './testing/recording-logger.js';
import type { ScriptedProxy } from './testing/scripted-proxy.js';
import { answerOf, openProxy, openTarget, served } from './testing/stage.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reload-'));
  file = join(folder, 'agent.conf');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

const entry = (path: string, url: string, more: object = {}) => ({ name: path, path, url, ...more });

const configure = (agent: object): Promise<void> => writeFile(file, JSON.stringify({ agent }));

/** An agent that serves what the file lists, and what the proxy was told after the start. */
async function open(proxy: ScriptedProxy) {
  const args = ['--config', file, '--proxy', `127.0.0.1:${proxy.port}`];
  const load = () => loadAgentConfig(args, {});
  const outcome = await load();
  if (outcome.kind !== 'run') {
    throw new Error(JSON.stringify(outcome));
  }
  const { options, files, notices } = outcome;
  const { logger, lines } = recordingLogger();
  const agent = await startAgent(options, logger, { files, notices, load });
  onTestFinished(() => agent.close());
  onTestFinished(() => proxy.kill());
  await served(proxy);
  const callsAtStart = proxy.calls.length;
  const pathCalls = () => proxy.calls.slice(callsAtStart).filter((call) => /Path /.test(call));
  return { agent, lines, pathCalls };
}

it('paths change with the file: what is unchanged keeps its registration and its scrapes in flight', async () => {
  const waiting: ServerResponse[] = [];
  const target = await openTarget((request, response) =>
    request.url === '/slow' ? waiting.push(response) : response.end('up 1\n'),
  );
  const [url, slow] = [target.url(), target.url('/slow')];
  await configure({
    pathConfigs: [entry('kept', slow), entry('gone', url), entry('changed', url), entry('labelled', url)],
  });
  const proxy = await openProxy();
  const { pathCalls, agent } = await open(proxy);
  const inFlight = proxy.ask({ path: 'kept' });
  await expect.poll(() => waiting.length).toBe(1);

  await configure({
    pathConfigs: [
      entry('kept', slow),
      entry('changed', `${url}/2`),
      entry('labelled', url, { labels: { a: 1 } }),
      entry('new', url),
    ],
  });
  await expect.poll(() => pathCalls().at(-1), { timeout: 5_000 }).toBe('registerPath new');
  waiting[0]?.end('slow 1\n');

  expect(await answerOf(proxy, inFlight)).toMatchObject({ statusCode: 200, contentAsText: 'slow 1\n' });
  expect(pathCalls()).toEqual([
    'unregisterPath gone',
    'unregisterPath changed',
    'registerPath changed',
    'unregisterPath labelled',
    'registerPath labelled',
    'registerPath new',
  ]);
  expect(agent.targets.all().map(({ path }) => path)).toEqual(['kept', 'changed', 'labelled', 'new']);
});

it('credentials and filters of a path change without a word to the proxy', async () => {
  const target = await openTarget((_request, response) => response.end('a_1 1\nb_1 1\n'));
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'from-file\n');
  const withToken = (more: object) => ({ pathConfigs: [entry('app', target.url(), more)] });
  await configure(withToken({ bearerToken: 'first' }));
  const proxy = await openProxy();
  const { agent, pathCalls } = await open(proxy);
  const first = await answerOf(proxy, proxy.ask({ path: 'app' }));

  await configure({
    ...withToken({ bearerTokenFile: tokenFile }),
    filters: [{ path: 'app', metricNameAllow: ['b_.*'], metricNameDeny: [] }],
  });
  await agent.reload();
  const second = await answerOf(proxy, proxy.ask({ path: 'app' }));
  await writeFile(tokenFile, 'rotated\n');
  await expect
    .poll(
      async () => {
        await answerOf(proxy, proxy.ask({ path: 'app' }));
        return target.requests.at(-1)?.headers.authorization;
      },
      { timeout: 8_000 },
    )
    .toBe('Bearer rotated');

  expect(target.requests.slice(0, 2).map(({ headers }) => headers.authorization)).toEqual([
    'Bearer first',
    'Bearer from-file',
  ]);
  expect([first.contentAsText, second.contentAsText]).toEqual(['a_1 1\nb_1 1\n', 'b_1 1\n']);
  expect(pathCalls()).toEqual([]);
});

it('a file of targets can be turned on, changed for another, and turned off', async () => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const pathConfigs = [entry('fixed', target.url())];
  const listing = async (name: string): Promise<object> => {
    const path = join(folder, name);
    await writeFile(path, JSON.stringify({ paths: [{ path: name, url: target.url() }] }));
    return { enabled: true, file: { path } };
  };
  await configure({ pathConfigs });
  const proxy = await openProxy();
  const { agent, pathCalls } = await open(proxy);
  const paths = () => agent.targets.all().map(({ path }) => path);

  const seen: string[][] = [];
  for (const discovery of [await listing('one.json'), await listing('two.json'), { enabled: false }]) {
    await configure({ pathConfigs, discovery });
    await agent.reload();
    const expected = 'file' in discovery ? 2 : 1;
    await expect.poll(() => paths().length).toBe(expected);
    await expect.poll(() => paths().join()).not.toBe(seen.at(-1)?.join());
    seen.push(paths());
  }

  expect(seen).toEqual([['fixed', 'one.json'], ['fixed', 'two.json'], ['fixed']]);
  await expect
    .poll(pathCalls)
    .toEqual([
      'registerPath one.json',
      'unregisterPath one.json',
      'registerPath two.json',
      'unregisterPath two.json',
    ]);
});

it.each([
  ['cannot be parsed', 'agent { pathConfigs = ['],
  ['has a wrong value', JSON.stringify({ agent: { pathConfigs: [entry('b', 'ftp://host/')] } })],
  [
    'names a file that is not there',
    JSON.stringify({ agent: { pathConfigs: [entry('b', 'http://b/', { bearerTokenFile: '/none' })] } }),
  ],
])('a file that %s changes nothing, and is taken up when it is mended', async (_what, broken) => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  await configure({ pathConfigs: [entry('app', target.url())] });
  const proxy = await openProxy();
  const { agent, lines, pathCalls } = await open(proxy);

  await writeFile(file, broken);
  await agent.reload();
  const stillServed = agent.targets.all().map(({ path }) => path);
  await configure({ pathConfigs: [entry('app', target.url()), entry('more', target.url())] });
  await agent.reload();

  expect(stillServed).toEqual(['app']);
  expect(lines.filter(({ level }) => level === 'error')).toMatchObject([{ problems: [expect.any(String)] }]);
  expect(await answerOf(proxy, proxy.ask({ path: 'app' }))).toMatchObject({ statusCode: 200 });
  await expect.poll(pathCalls).toEqual(['registerPath more']);
});

it('what needs a restart is named by its key, and stays as it was', async () => {
  await configure({ pathConfigs: [entry('a', 'http://a/')], http: { maxConcurrentClients: 4 } });
  const proxy = await openProxy();
  const { agent, lines } = await open(proxy);

  await configure({
    pathConfigs: [entry('a', 'http://a/'), entry('b', 'http://b/')],
    name: 'other',
    http: { maxConcurrentClients: 5 },
  });
  await agent.reload();

  expect(lines.find(({ msg }) => msg === 'the configuration was read again')).toMatchObject({
    paths: 2,
    needRestart: ['agent.name', 'agent.http.maxConcurrentClients'],
  });
  expect(agent.identity.agentName).not.toBe('other');
});
