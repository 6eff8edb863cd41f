import { createLogger } from '@app/operations';
import { expect, it } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { startProxy } from '../bootstrap.js';
import { defaultProxyOptions } from '../config/proxy-options.js';
import { WireAgent } from '../testing/wire-agent.js';

interface Line {
  readonly level: string;
  readonly msg: string;
}

const stage = stagePerTest();

it('calls without the right token are one line, and then a number', async () => {
  const lines: Line[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as Line) };
  const logger = createLogger({ program: 'proxy', level: 'info', format: 'json', destination });
  const options = defaultProxyOptions({ http: { port: 0 }, agent: { port: 0 }, agentToken: 's3cret' });
  const proxy = await startProxy(options, logger);
  stage.atEnd(() => proxy.close());
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
