import { expect, it } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { type Line, startRecordedProxy } from '../testing/recorded-proxy.js';
import { WireAgent } from '../testing/wire-agent.js';

const stage = stagePerTest();

it('labels that are dropped whenever an agent registers are one line for each path, and then a number', async () => {
  const { proxy, lines } = await startRecordedProxy(stage);
  const dropped = (): Line[] => lines.filter(({ msg }) => msg === 'labels of a path were dropped');
  const agent = new WireAgent(stage, proxy.agentPort);
  await agent.connect();
  await agent.register({ agentName: 'old' });

  for (const path of ['a', 'b', 'a', 'a']) {
    await agent.registerPath(path, { labels: '{"bad-name": "x"}' });
  }
  const atOnce = dropped();
  await proxy.close();

  const line = (path: string) => ({
    level: 'warn',
    agent: 'old',
    path,
    warnings: [expect.stringContaining('bad-name') as string],
  });
  expect(atOnce).toEqual(['a', 'b'].map((path) => expect.objectContaining(line(path)) as Line));
  expect(dropped().slice(2)).toEqual([expect.objectContaining({ ...line('a'), repeated: 2 })]);
});
