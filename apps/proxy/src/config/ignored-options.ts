import { commonIgnored, type IgnoredOption } from '@app/config';

/** Options that existing configurations of the proxy have, and that have no effect. */
export const ignoredOptions: readonly IgnoredOption[] = [
  ...commonIgnored,
  { key: 'dashboard.enabled', flags: ['--dashboard'], env: 'DASHBOARD_ENABLED', isBoolean: true },
  { key: 'dashboard.port', flags: ['--dashboard_port'], env: 'DASHBOARD_PORT' },
  { key: 'dashboard.path', flags: ['--dashboard_path'], env: 'DASHBOARD_PATH' },
  { key: 'dashboard.refreshIntervalSecs' },
  { key: 'dashboard.recentScrapesQueueSize' },
  { key: 'http.requestLoggingEnabled' },
  { key: 'grpc.handshakeTimeoutSecs', flags: ['--handshake_timeout_secs'], env: 'HANDSHAKE_TIMEOUT_SECS' },
  {
    key: 'grpc.permitKeepAliveWithoutCalls',
    flags: ['--permit_keepalive_without_calls'],
    env: 'PERMIT_KEEPALIVE_WITHOUT_CALLS',
    isBoolean: true,
  },
  {
    key: 'grpc.permitKeepAliveTimeSecs',
    flags: ['--permit_keepalive_time_secs'],
    env: 'PERMIT_KEEPALIVE_TIME_SECS',
  },
  { key: 'internal.blitz' },
];
