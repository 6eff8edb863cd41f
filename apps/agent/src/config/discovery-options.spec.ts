import { expect, it } from 'vitest';
import { loadAgentConfig } from './agent-options.js';

const load = (...settings: string[]) =>
  loadAgentConfig(
    settings.map((setting) => `-Dagent.discovery.${setting}`),
    {},
  );

it('discovery needs a file', async () => {
  expect(await load('enabled=true')).toMatchObject({
    kind: 'invalid',
    problems: ['agent.discovery.file.path: must name a file while agent.discovery.enabled is true'],
  });
});

it.each(['0', '-1', '2147484'])('discovery cannot look at its file every %s seconds', async (secs) => {
  expect(await load('enabled=true', 'file.path=x', `reconcileIntervalSecs=${secs}`)).toMatchObject({
    kind: 'invalid',
    problems: [expect.stringContaining('agent.discovery.reconcileIntervalSecs')],
  });
});

it('an agent that discovers its targets has something to serve', async () => {
  expect(await load('enabled=true', 'file.path=x')).toMatchObject({
    kind: 'run',
    options: { discovery: { enabled: true, file: { path: 'x' }, reconcileIntervalSecs: 30 } },
    notices: [],
  });
});
