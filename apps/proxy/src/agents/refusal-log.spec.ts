import { expect, it } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { type Line, startRecordedProxy } from '../testing/recorded-proxy.js';
import { WireAgent } from '../testing/wire-agent.js';

const stage = stagePerTest();

it('calls without the right token are one line, and then a number', async () => {
  const { proxy, lines } = await startRecordedProxy(stage, { agentToken: 's3cret' });
  const refusals = (): Line[] => lines.filter(({ msg }) => msg === 'a call was refused');

  for (const token of ['wr0ng', 'wr0ng', 's3cre']) {
    await new WireAgent(stage, proxy.agentPort, token).connect();
  }
  const atOnce = refusals();
  await proxy.close();

  const line = {
    level: 'warn',
    address: expect.stringContaining('127.0.0.1') as string,
    why: 'Missing or invalid agent token',
  };
  expect(atOnce).toEqual([expect.objectContaining(line)]);
  expect(refusals().slice(1)).toEqual([expect.objectContaining({ ...line, repeated: 2 })]);
  expect(JSON.stringify(lines)).not.toMatch(/wr0ng|s3cre/);
});
