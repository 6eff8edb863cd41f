import { status } from '@grpc/grpc-js';
import { Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { extension, type NamedModule } from '@app/extensions';
import { createLogger } from '@app/operations';
import { type Stage, stagePerTest } from '../../../../test/support/stage.js';
import { WireAgent } from '../testing/wire-agent.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { startProxy } from '../bootstrap.js';
import { defaultProxyOptions } from '../config/proxy-options.js';
import type { AgentAuthenticator } from '../auth/agent-authenticator.js';
import type { ScrapeRecord } from '../scrape/scrape-observer.js';
import { AGENT_AUTHENTICATOR, AGENT_SELECTOR, SCRAPE_OBSERVER } from './tokens.js';

const broken = (): never => {
  throw new Error('broken');
};
const named = (token: symbol, value: object, name: string): NamedModule => ({
  name,
  module: extension(token, value),
});

describe('modules that are added to a proxy', () => {
  const stage: Stage = stagePerTest();
  const start = (...modules: NamedModule[]): Promise<ProxyUnderTest> =>
    ProxyUnderTest.start(stage, {}, modules);
  const faults = (proxy: ProxyUnderTest, seam: string): Promise<number | undefined> =>
    proxy.metric('proxy_module_errors_total', { module: './broken.js', seam });

  const connect = async (proxy: ProxyUnderTest, token: string): Promise<WireAgent> => {
    const agent = new WireAgent(stage, proxy.agentPort, token);
    await agent.connect();
    await agent.register();
    return agent;
  };
  const refusalOf = async (proxy: ProxyUnderTest, token: string): Promise<number | undefined> => {
    const agent = new WireAgent(stage, proxy.agentPort, token);
    const { error } = await agent.connect();
    return error?.code;
  };

  it('are told of every scrape, and one that throws keeps neither the scrape nor the others from it', async () => {
    const records: ScrapeRecord[] = [];
    const proxy = await start(
      named(SCRAPE_OBSERVER, { scraped: broken }, './broken.js'),
      named(SCRAPE_OBSERVER, { scraped: (record: ScrapeRecord) => records.push(record) }, 'audit'),
    );

    expect((await proxy.scrape('nobody')).status).toBe(404);

    expect(records.map(({ answer }) => answer)).toMatchObject([{ kind: 'failure', code: 'invalid_path' }]);
    expect(await faults(proxy, 'ScrapeObserver')).toBe(1);
  });

  it('decide who may connect and what each may claim', async () => {
    const authenticator: AgentAuthenticator = {
      authenticate: async ({ token }) => (token === 'good' ? 'team-a' : undefined),
      mayRegister: (identity, path) => identity === 'team-a' && path.startsWith('a/'),
    };
    const proxy = await start(named(AGENT_AUTHENTICATOR, authenticator, 'oidc'));
    const agent = await connect(proxy, 'good');

    expect(await agent.registerPath('a/x')).toMatchObject({ valid: true });
    expect(await agent.registerPath('b/x')).toMatchObject({ valid: false });
    expect(await refusalOf(proxy, 'bad')).toBe(status.UNAUTHENTICATED);
  });

  it('let nobody new in while their authenticator throws, and keep who is there', async () => {
    let isBroken = false;
    const authenticate = (): string => (isBroken ? broken() : 'team-a');
    const proxy = await start(
      named(AGENT_AUTHENTICATOR, { authenticate, mayRegister: () => true }, './broken.js'),
    );
    const agent = await connect(proxy, 'any');

    isBroken = true;

    expect(await agent.heartBeat()).toMatchObject({ valid: true });
    expect(await refusalOf(proxy, 'any')).toBe(status.UNAVAILABLE);
    expect(await faults(proxy, 'AgentAuthenticator')).toBeGreaterThanOrEqual(2);
  });

  it('choose who answers, and are passed over when they throw', async () => {
    const proxy = await start(named(AGENT_SELECTOR, { select: broken }, './broken.js'));
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['x']);
    agent.answerAll('up 1\n');

    expect((await proxy.scrape('x')).status).toBe(200);
    expect(await faults(proxy, 'AgentSelector')).toBe(1);
  });

  it('name themselves when what they bring cannot be used', async () => {
    await expect(start(named(SCRAPE_OBSERVER, { observed: broken }, './wrong.js'))).rejects.toThrow(
      'module ./wrong.js: what it provides for prometheus-proxy-node/ScrapeObserver lacks a method',
    );
  });

  it('cannot decide who may connect beside the configuration, nor two of them', async () => {
    const value: AgentAuthenticator = { authenticate: () => 'a', mayRegister: () => true };
    const one = named(AGENT_AUTHENTICATOR, value, 'one');
    const two = named(AGENT_AUTHENTICATOR, value, 'two');
    const options = defaultProxyOptions({ http: { port: 0 }, agent: { port: 0 }, agentToken: 'shared' });
    const logger = createLogger({ program: 'test', level: 'off', format: 'json' });

    await expect(startProxy(options, logger, undefined, [one])).rejects.toThrow('module one decides');
    await expect(start(one, two)).rejects.toThrow('several modules bring it: one, two');
  });

  it('keep the proxy neither from closing in order nor from closing at all', async () => {
    @Module({
      providers: [{ provide: 'x', useValue: { onModuleDestroy: broken, onApplicationShutdown: broken } }],
    })
    class Leaving {}
    const proxy = await start({ name: './broken.js', module: Leaving });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['x']);

    await proxy.close();

    expect(agent.readStatus).toBe(status.OK);
  });
});
