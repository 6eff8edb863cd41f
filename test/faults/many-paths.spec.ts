import { describe, expect, it } from 'vitest';
import { ProxyUnderTest } from '../../apps/proxy/src/testing/proxy-under-test.js';
import { WireAgent } from '../../apps/proxy/src/testing/wire-agent.js';
import { stagePerTest } from '../support/stage.js';

/** The default of `limits.maxPathsPerAgent`. */
const BOUND = 10_000;
const CLAIMS = 12_000;
const AT_ONCE = 1_000;

describe('an agent that registers paths without end', () => {
  const stage = stagePerTest();

  it('is refused beyond the bound, each time with the bound, and keeps what it has', async () => {
    const proxy = await ProxyUnderTest.start(stage);
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    agent.answerAll('app');
    const refusals = new Set<string>();
    let accepted = 1;
    for (let from = 0; from < CLAIMS; from += AT_ONCE) {
      const names = Array.from({ length: AT_ONCE }, (_, index) => `path-${from + index}`);
      const answers = await Promise.all(names.map((name) => agent.registerPath(name)));
      accepted += answers.filter(({ valid }) => valid).length;
      answers.filter(({ valid }) => !valid).forEach(({ reason }) => refusals.add(reason));
    }

    expect(accepted).toBe(BOUND);
    expect([...refusals]).toEqual([`An agent may register at most ${BOUND} paths`]);
    expect((await proxy.scrape('app')).body.toString()).toBe('app');
  });
});
