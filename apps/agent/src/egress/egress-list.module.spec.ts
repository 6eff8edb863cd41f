import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { answerOf, openAgent, openProxy, openTarget, served } from '../testing/stage.js';
import { pathConfig } from '../testing/test-agent.js';

it('an agent fetches only what its list names, whether a path was configured, discovered or added later', async () => {
  const [allowed, denied] = [
    await openTarget((_request, response) => response.end('up 1\n')),
    await openTarget((_request, response) => response.end('secret 1\n')),
  ];
  const folder = await mkdtemp(join(tmpdir(), 'egress-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'targets.json');
  await writeFile(file, JSON.stringify({ paths: [{ path: 'discovered', url: denied.url() }] }));
  const proxy = await openProxy({ capabilities: ['failure-code'] });
  const agent = await openAgent(proxy, {
    pathConfigs: [pathConfig('allowed', allowed.url()), pathConfig('denied', denied.url())],
    discovery: { enabled: true, file: { path: file } },
    egress: { allow: [`127.0.0.1:${allowed.port}`] },
  });
  await served(proxy);
  agent.targets.set({ name: 'later', path: 'later', url: 'http://169.254.169.254/', labels: '' }, 'STATIC');

  const answers = await Promise.all(
    ['allowed', 'denied', 'discovered', 'later'].map((path) => answerOf(proxy, proxy.ask({ path }))),
  );

  expect(answers[0]).toMatchObject({ statusCode: 200, contentAsText: 'up 1\n' });
  for (const answer of answers.slice(1)) {
    expect(answer).toMatchObject({
      failureCode: 'target_unreachable',
      failureReason: expect.stringMatching(/agent\.egress\.allow/) as string,
    });
  }
  expect(denied.connectionCount).toBe(0);
});

it('a redirect to what is not listed leads nowhere', async () => {
  const denied = await openTarget((_request, response) => response.end('secret 1\n'));
  const target = await openTarget((_request, response) =>
    response.writeHead(302, { location: denied.url() }).end(),
  );
  const proxy = await openProxy();
  await openAgent(proxy, { pathConfigs: [pathConfig('app', target.url())] });
  await served(proxy);

  const answer = await answerOf(proxy, proxy.ask({ path: 'app' }));

  expect(answer.statusCode).toBe(302);
  expect(denied.connectionCount).toBe(0);
});
