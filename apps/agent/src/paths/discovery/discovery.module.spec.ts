import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { answerOf, openAgent, openProxy, openTarget, served } from '../../testing/stage.js';
import { pathConfig } from '../../testing/test-agent.js';

let file: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'discovery-'));
  file = join(folder, 'targets.json');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

const entry = (path: string, url: string, labels = {}) => ({ path, url, labels });

const list = (...paths: object[]): Promise<void> => writeFile(file, JSON.stringify({ paths }));

const discovery = () => ({ enabled: true, file: { path: file } });

const openUp = () => openTarget((_request, response) => response.end('up 1\n'));

it('an agent registers what a file lists, follows its changes, and leaves the other paths alone', async () => {
  const target = await openUp();
  const url = target.url();
  await list(
    entry('kept', url),
    entry('gone', url),
    entry('changed', url, { a: 1 }),
    entry('fixed', 'http://x/'),
  );
  const proxy = await openProxy();
  await openAgent(proxy, { pathConfigs: [pathConfig('fixed', url)], discovery: discovery() });
  await served(proxy);
  const first = proxy.registrations.map(({ path, pathSource }) => `${path} ${pathSource}`);
  proxy.calls.length = 0;

  await list(entry('kept', url), entry('changed', url, { a: 2 }), entry('new', url), entry('fixed', url));
  await expect.poll(() => proxy.calls.filter((call) => /Path/.test(call)).at(-1)).toBe('registerPath new');
  const answer = await answerOf(proxy, proxy.ask({ path: 'new' }));

  expect(first).toEqual(['fixed STATIC', 'kept DISCOVERED', 'gone DISCOVERED', 'changed DISCOVERED']);
  expect(proxy.calls.filter((call) => /Path/.test(call))).toEqual([
    'unregisterPath gone',
    'unregisterPath changed',
    'registerPath changed',
    'registerPath new',
  ]);
  expect(
    proxy.registrations.find(({ path, labels }) => path === 'changed' && labels === '{"a":2}'),
  ).toBeDefined();
  expect(answer).toMatchObject({ validResponse: true, contentAsText: 'up 1\n' });
});

it('what is discovered is registered again with the next session', async () => {
  const target = await openUp();
  await list(entry('a', target.url()));
  const proxy = await openProxy();
  await openAgent(proxy, { discovery: discovery() });
  await served(proxy);

  proxy.endSession();
  await expect.poll(() => proxy.sessions.length, { timeout: 10_000 }).toBe(2);

  await expect
    .poll(() => proxy.registrations.map(({ path }) => path), { timeout: 5_000 })
    .toEqual(['a', 'a']);
});

it('an agent serves its other paths while the file is missing, and stops watching when it ends', async () => {
  const target = await openUp();
  const proxy = await openProxy();
  const agent = await openAgent(proxy, {
    pathConfigs: [pathConfig('fixed', target.url())],
    discovery: discovery(),
  });
  await served(proxy);
  const answer = await answerOf(proxy, proxy.ask({ path: 'fixed' }));

  await agent.close();
  await list(entry('late', target.url()));

  expect(answer.validResponse).toBe(true);
  expect(agent.targets.find('late')).toBeUndefined();
  expect(agent.lines.filter(({ level }) => level === 'warn')).toMatchObject([{ file }]);
});
