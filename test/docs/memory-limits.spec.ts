import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defaultAgentOptions } from '../../apps/agent/src/config/agent-options.js';
import { defaultProxyOptions } from '../../apps/proxy/src/config/proxy-options.js';

const MEBIBYTE = 1024 * 1024;
const read = (file: string): string => readFileSync(new URL(`../../deploy/${file}`, import.meta.url), 'utf8');

const [ofProxy = '', ofAgent = ''] = read('helm/prometheus-proxy/values.yaml').split(/^agent:$/m);
const budgets = {
  proxy: defaultProxyOptions().limits,
  agent: defaultAgentOptions({ proxy: { hostname: 'localhost', port: 1 } }).limits,
};

const limitIn = (text: string): number => Number(/limits: \{ memory: (\d+)Mi \}/.exec(text)?.[1]);

it.each([
  ['proxy', ofProxy, budgets.proxy],
  ['agent', ofAgent, budgets.agent],
] as const)(
  'the memory limit of the %s in the chart has room for what was measured and for all budgets',
  (_program, values, limits) => {
    const measured = [...values.matchAll(/(\d+) MB\b/g)].map(([, megabytes]) => Number(megabytes));
    const memory = Object.entries(limits).filter(([name]) => name.endsWith('MBytes'));

    const most = (Math.max(...measured) * 1e6) / MEBIBYTE;
    const budget = memory.reduce((sum, [, mebibytes]) => sum + mebibytes, 0);

    expect(memory.length).toBeGreaterThan(1);
    expect(most).toBeGreaterThan(100);
    expect(limitIn(values)).toBeGreaterThanOrEqual(most + budget);
  },
);

it('a sidecar has the limit of an agent', () => {
  expect(limitIn(read('kubernetes/agent-sidecar.yaml'))).toBe(limitIn(ofAgent));
});
