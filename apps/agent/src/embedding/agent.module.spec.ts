import { Inject, Injectable, Logger, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Registry, Gauge } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SettingsError } from '@app/config';
import { extension } from '@app/extensions';
import type { ScriptedProxy } from '../testing/scripted-proxy.js';
import { answerOf, openProxy, served } from '../testing/stage.js';
import { TARGET_SOURCE } from '../extensions/tokens.js';
import type { OnTargets } from '../paths/discovery/target-source.js';
import { AgentModule, agentToken, InjectAgent } from './agent.module.js';
import { EmbeddedAgent } from './embedded-agent.service.js';

/** A host application with these modules, that has started; it ends with the test. */
async function startHost(module: Type) {
  const app = await NestFactory.createApplicationContext(module, { abortOnError: false });
  onTestFinished(() => app.close());
  return app;
}

function registryWith(name: string): Registry {
  const registry = new Registry();
  new Gauge({ name, help: name, registers: [registry] }).set(7);
  return registry;
}

/** The paths that a proxy has been told of and not been asked to forget. */
function pathsOf({ calls }: ScriptedProxy): string[] {
  const paths = new Set<string>();
  for (const call of calls) {
    const [rpc, path = ''] = call.split(' ');
    if (rpc === 'registerPath') {
      paths.add(path);
    } else if (rpc === 'unregisterPath') {
      paths.delete(path);
    }
  }
  return [...paths];
}

describe('an agent in an application', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['log']));

  it('starts with it, serves metrics of the process without a socket, and leaves with it', async () => {
    const proxy = await openProxy();
    const registry = registryWith('orders_open');
    @Module({
      imports: [
        AgentModule.forRoot({ proxy: `127.0.0.1:${proxy.port}`, paths: [{ path: '/orders', registry }] }),
      ],
    })
    class Host {}
    const signals = process.listenerCount('SIGTERM');

    const app = await startHost(Host);
    await served(proxy);
    const answer = await answerOf(proxy, proxy.ask({ path: 'orders' }));
    expect(answer).toMatchObject({ statusCode: 200, contentType: registry.contentType });
    expect(answer.contentAsText).toContain('orders_open 7');
    expect(process.listenerCount('SIGTERM')).toBe(signals);

    const agent = app.get(EmbeddedAgent);
    await app.close();
    expect(agent.isConnected).toBe(false);
  });

  it('registers and unregisters at run time, also before it has started', async () => {
    const proxy = await openProxy();
    @Injectable()
    class Orders implements OnModuleInit {
      constructor(@Inject(EmbeddedAgent) readonly agent: EmbeddedAgent) {}
      onModuleInit(): void {
        this.agent.register({ path: 'early', registry: registryWith('early') });
      }
    }
    @Module({ imports: [AgentModule.forRoot({ proxy: `127.0.0.1:${proxy.port}` })], providers: [Orders] })
    class Host {}
    const { agent } = (await startHost(Host)).get(Orders);
    await served(proxy);

    agent.register({ path: 'late', registry: registryWith('late'), labels: { team: 'a' } });
    await vi.waitFor(() => expect(pathsOf(proxy)).toEqual(['early', 'late']));
    expect(agent.unregister('/early')).toBe(true);
    expect(agent.unregister('early')).toBe(false);

    await vi.waitFor(() => expect(pathsOf(proxy)).toEqual(['late']));
    expect(agent.paths).toEqual(['late']);
  });

  it('has as many others beside it as it likes, each with a name', async () => {
    const [one, two] = [await openProxy(), await openProxy()];
    @Injectable()
    class Both {
      constructor(
        @InjectAgent('a') readonly a: EmbeddedAgent,
        @InjectAgent('b') readonly b: EmbeddedAgent,
      ) {}
    }
    @Module({
      imports: [
        AgentModule.forRoot({ name: 'a', proxy: `127.0.0.1:${one.port}` }),
        AgentModule.forRootAsync({
          name: 'b',
          useFactory: async () => ({ proxy: `127.0.0.1:${two.port}` }),
        }),
      ],
      providers: [Both],
    })
    class Host {}

    const app = await startHost(Host);
    const { a, b } = app.get(Both);
    await Promise.all([served(one), served(two)]);

    expect(app.get(agentToken('a'))).toBe(a);
    expect([a, b].map(({ started }) => started.identity.agentName)).toEqual(['a', 'b']);
    a.register({ path: 'only-a', registry: registryWith('x') });
    await vi.waitFor(() => expect(pathsOf(one)).toEqual(['only-a']));
    expect(pathsOf(two)).toEqual([]);
  });

  it('takes targets from modules of the host, and survives one that does not keep its contract', async () => {
    const proxy = await openProxy();
    let tell: OnTargets = () => undefined;
    const source = {
      name: 'inventory',
      origin: 'DISCOVERED',
      start: async (onTargets: OnTargets) => {
        tell = onTargets;
        onTargets([{ path: 'db', url: 'http://db:9187/metrics', name: 'db', labels: '' }]);
      },
      stop: () => undefined,
    };
    const broken = {
      name: 'broken',
      start: () => Promise.reject(new Error('no answer')),
      stop: () => undefined,
    };
    @Module({
      imports: [
        AgentModule.forRoot({
          proxy: `127.0.0.1:${proxy.port}`,
          modules: [extension(TARGET_SOURCE, broken), extension(TARGET_SOURCE, source)],
        }),
      ],
    })
    class Host {}
    await startHost(Host);
    await served(proxy);
    await vi.waitFor(() => expect(pathsOf(proxy)).toEqual(['db']));

    tell([{ path: 7 }] as unknown as Parameters<OnTargets>[0]);
    tell([{ path: 'db2', url: 'http://db2:9187/metrics', name: '', labels: '' }]);

    await vi.waitFor(() => expect(pathsOf(proxy)).toEqual(['db2']));
  });

  it('says everything that is wrong with its settings at once, and of a target which', async () => {
    const wrong = { scrapeTimeoutSecs: -5, admin: { port: 99_999 } };
    expect(() => new EmbeddedAgent({ proxy: 'x:1', settings: wrong })).toThrow(SettingsError);
    expect(() => new EmbeddedAgent({ proxy: 'x:1', settings: wrong })).toThrow(
      /scrapeTimeoutSecs[^]*admin\.port/,
    );
    expect(() => new EmbeddedAgent({ proxy: 'x:1', paths: [{ path: 'a' }] })).toThrow(
      'target "a": one of url and registry must be given',
    );
    expect(() => new EmbeddedAgent({ proxy: 'x:1', paths: [{ path: 'a', url: 'ftp://x' }] })).toThrow(
      'target "a": the target URL is neither http nor https',
    );
  });
});
