import { AGENT_ID_HEADER } from '@app/protocol';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

describe('an agent whose calls come over several connections', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite);
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();

  it('registers, is asked and answers on a connection each, and leaves with its read stream', async () => {
    const [first, second, third] = [1, 2, 3].map(() => new WireAgent(stage, proxy.agentPort));
    await first!.connectUnbound();
    const { agentId } = first!;
    [second!, third!].forEach((other) => (other.agentId = agentId));
    const { capabilities } = await second!.register({ capabilities: ['implied-agent-id'] });
    await third!.registerPath('app');
    const reader = first!.openReader();
    third!.responses = third!.openResponses();
    first!.onScrape = ({ scrapeId }) => third!.answer(scrapeId, { contentAsText: 'over three' });

    const answer = await proxy.scrape('app');
    second!.client.close();
    const heartBeat = await third!.heartBeat();
    reader.cancel();

    expect(answer.body.toString()).toBe('over three');
    expect(heartBeat.valid).toBe(true);
    expect(capabilities).not.toContain('implied-agent-id');
    expect(first!.requests.map((request) => request.agentId)).toEqual([agentId]);
    await expect.poll(async () => outcomeOf(await proxy.scrape('app'))).toBe('503 agent_gone');
  });

  it('gets its id in the header as well when no agent is bound', async () => {
    const unbinding = await ProxyUnderTest.start(stage, { transportFilterDisabled: true });
    const [agent, other] = [1, 2].map(() => new WireAgent(stage, unbinding.agentPort));
    const connected = await agent!.connect();
    other!.agentId = agent!.agentId;

    const registered = await other!.register();

    expect(connected.headers?.get(AGENT_ID_HEADER)).toEqual([agent!.agentId]);
    expect(registered.valid).toBe(true);
  });
});
