import { expect, test } from 'vitest';
import { defaultAgentOptions } from '../config/agent-options.js';
import { connectionOptions, dialOptions, plaintextWarning } from './connection-settings.js';

test('pings are left to the library unless they are set', () => {
  const set = { keepAliveTimeSecs: 30, keepAliveTimeoutSecs: 7, keepAliveWithoutCalls: true };

  expect(dialOptions(defaultAgentOptions()).keepalive).toEqual({});
  expect(dialOptions(defaultAgentOptions({ grpc: set })).keepalive).toEqual({
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 7_000,
    'grpc.keepalive_permit_without_calls': 1,
  });
});

test('a session holds twice the scrapes that may run and wait', () => {
  const options = defaultAgentOptions({
    http: { maxConcurrentClients: 3 },
    limits: { maxScrapesWaiting: 20 },
  });

  expect(connectionOptions(options).inFlightBound.limit).toBe(46);
});

test.each([
  ['proxy.example', {}, /^the connection to proxy\.example:1 is plain text: /],
  ['::ffff:10.0.0.1', {}, /^the connection to \[::ffff:10\.0\.0\.1\]:1 is plain text/],
  ['localhost', {}, undefined],
  ['127.0.0.2', {}, undefined],
  ['::1', {}, undefined],
  ['proxy.example', { enabled: true }, undefined],
  ['proxy.example', { trustCertCollectionFilePath: 'ca.pem' }, undefined],
])('a link to %s with %j is warned of where others can listen', (host, tls, expected) => {
  const warning = plaintextWarning(defaultAgentOptions({ endpoints: [{ host, port: 1 }], tls }));

  expect(warning).toEqual(expected === undefined ? undefined : expect.stringMatching(expected));
});
