import { expect, test } from 'vitest';
import type { ConnectionState } from '../connection/proxy-connection.js';
import { backlogCheck, linkCheck, livenessCheck, readinessCheck, servicesCheck } from './agent-checks.js';

const serving = { kind: 'serving', proxy: 'a:1' } as ConnectionState;
const waiting: ConnectionState = { kind: 'waiting' };

test.each([
  ['serves its only proxy', [serving], true, 'serving: a:1'],
  ['waits to dial again', [waiting], false, 'waiting'],
  ['serves one of two proxies', [serving, waiting], false, 'serving: a:1, waiting'],
])('an agent that %s is ready: %s', (_name, states, healthy, message) => {
  const check = readinessCheck(() => states);

  expect(check.scopes).toEqual(['readyz']);
  expect(check.check()).toEqual({ healthy, message });
});

test('the link is a detail of the health page and never unhealthy', () => {
  const check = linkCheck(() => [waiting]);

  expect(check.scopes).toEqual(['healthcheck']);
  expect(check.check()).toEqual({ healthy: true, message: 'waiting' });
});

test('an agent lives and its services are healthy for as long as it can say so', () => {
  expect(
    [livenessCheck(), servicesCheck()].map((check) => [check.name, check.scopes, check.check()]),
  ).toEqual([
    ['agent', ['livez'], { healthy: true }],
    ['all_services_healthy', ['healthcheck'], { healthy: true }],
  ]);
});

test('the backlog is unhealthy from its threshold on', () => {
  const message = 'Scrape request backlog size 25 >= threshold 25';

  expect(backlogCheck(() => 24, 25).check()).toEqual({ healthy: true });
  expect(backlogCheck(() => 25, 25).check()).toEqual({ healthy: false, message });
});
