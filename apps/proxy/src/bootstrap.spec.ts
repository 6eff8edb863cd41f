import '../../../test/support/quiet-framework.js';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createLogger, ListenError } from '@app/operations';
import { describe, expect, it } from 'vitest';
import { stagePerTest } from '../../../test/support/stage.js';
import { startProxy } from './bootstrap.js';
import { defaultProxyOptions } from './config/proxy-options.js';
import { ProxyUnderTest } from './testing/proxy-under-test.js';
import { WireAgent } from './testing/wire-agent.js';

describe('a proxy', () => {
  const stage = stagePerTest();

  /** A port that somebody else listens on. */
  const takenPort = async (): Promise<number> => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    stage.atEnd(() => void server.close());
    return (server.address() as AddressInfo).port;
  };
  /** A port that nobody listens on. */
  const freePort = async (): Promise<number> => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  };
  const isOpen = async (port: number): Promise<boolean> => {
    const socket = connect({ port, host: '127.0.0.1' });
    const outcome = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return outcome;
  };

  it('hands a scrape to the agent of its path and gives back what the agent answers', async () => {
    const proxy = await ProxyUnderTest.start(stage);
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    agent.answerAll('metrics');

    const answer = await proxy.scrape('app');

    expect([answer.status, answer.body.toString()]).toEqual([200, 'metrics']);
  });

  it.each([
    ['http', 'agent', /proxy\.http\.port/],
    ['agent', 'http', /proxy\.agent\.port/],
    ['metrics', 'agent', /metrics\.port/],
  ] as const)('that cannot have its %s port says so and closes the others', async (taken, other, words) => {
    const otherPort = await freePort();
    const options = defaultProxyOptions({
      http: { port: 0 },
      agent: { port: 0 },
      metrics: { enabled: true, port: 0 },
      [other]: { port: otherPort },
      [taken]: { port: await takenPort(), enabled: true },
    });
    const logger = createLogger({ program: 'proxy', level: 'off', format: 'json' });

    const starting = startProxy(options, logger);

    const error: unknown = await starting.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ListenError);
    expect((error as Error).message).toMatch(words);
    expect(await isOpen(otherPort)).toBe(false);
  });

  it('lives beside another one in the same process', async () => {
    const [one, other] = [await ProxyUnderTest.start(stage), await ProxyUnderTest.start(stage)];
    const agents = [
      await WireAgent.serving(stage, one.agentPort, ['app']),
      await WireAgent.serving(stage, other.agentPort, ['app', 'more']),
    ];
    agents.forEach((agent, index) => agent.answerAll(`proxy ${index}`));

    const answers = [await one.scrape('app'), await other.scrape('app')];

    expect(answers.map(({ body }) => body.toString())).toEqual(['proxy 0', 'proxy 1']);
    await one.expectAtRest({ agents: 1, paths: 1 });
    await other.expectAtRest({ agents: 1, paths: 2 });
  });
});
