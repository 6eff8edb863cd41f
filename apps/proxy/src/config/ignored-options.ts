import { commonIgnored, type IgnoredOption, tlsIgnored } from '@app/config';

const NO_TLS = 'proxy.tls is set, but this proxy does not encrypt its ports: agents connect in plain text';
const NO_DISCOVERY = 'proxy.service.discovery is set, but this proxy serves no service discovery page';

/** Options that existing configurations of the proxy have, and that have no effect. */
export const ignoredOptions: readonly IgnoredOption[] = [
  ...commonIgnored,
  ...tlsIgnored(NO_TLS),
  {
    key: 'service.discovery.enabled',
    flags: ['--sd_enabled'],
    env: 'SD_ENABLED',
    isBoolean: true,
    warning: NO_DISCOVERY,
  },
  { key: 'service.discovery.path', flags: ['--sd_path'], env: 'SD_PATH' },
  { key: 'service.discovery.targetPrefix', flags: ['--sd_target_prefix'], env: 'SD_TARGET_PREFIX' },
  { key: 'dashboard.enabled', flags: ['--dashboard'], env: 'DASHBOARD_ENABLED', isBoolean: true },
  { key: 'dashboard.port', flags: ['--dashboard_port'], env: 'DASHBOARD_PORT' },
  { key: 'dashboard.path', flags: ['--dashboard_path'], env: 'DASHBOARD_PATH' },
  { key: 'dashboard.refreshIntervalSecs' },
  { key: 'dashboard.recentScrapesQueueSize' },
  {
    key: 'reflectionDisabled',
    flags: ['--ref_disabled', '--ref-disabled'],
    env: 'REFLECTION_DISABLED',
    isBoolean: true,
  },
  { key: 'admin.recentRequestsQueueSize' },
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
  {
    key: 'grpc.maxConnectionIdleSecs',
    flags: ['--max_connection_idle_secs'],
    env: 'MAX_CONNECTION_IDLE_SECS',
  },
  { key: 'grpc.maxConnectionAgeSecs', flags: ['--max_connection_age_secs'], env: 'MAX_CONNECTION_AGE_SECS' },
  {
    key: 'grpc.maxConnectionAgeGraceSecs',
    flags: ['--max_connection_age_grace_secs'],
    env: 'MAX_CONNECTION_AGE_GRACE_SECS',
  },
  { key: 'internal.blitz' },
];
