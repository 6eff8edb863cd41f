import { commonIgnored, type IgnoredOption, tlsIgnored } from '@app/config';

const NO_TLS = 'agent.tls is set, but this agent does not encrypt its connection to the proxy';
const NO_TRUST =
  'agent.http trust options are set, but https targets are checked against the runtime’s own roots';

/** Options that existing configurations of the agent have, and that have no effect. */
export const ignoredOptions: readonly IgnoredOption[] = [
  ...commonIgnored,
  ...tlsIgnored(NO_TLS),
  { key: 'tls.overrideAuthority', flags: ['--override', '--over'], env: 'OVERRIDE_AUTHORITY' },
  { key: 'grpc.keepAliveTimeSecs', flags: ['--keepalive_time_secs'], env: 'KEEPALIVE_TIME_SECS' },
  { key: 'grpc.keepAliveTimeoutSecs', flags: ['--keepalive_timeout_secs'], env: 'KEEPALIVE_TIMEOUT_SECS' },
  {
    key: 'grpc.keepAliveWithoutCalls',
    flags: ['--keepalive_without_calls'],
    env: 'KEEPALIVE_WITHOUT_CALLS',
    isBoolean: true,
  },
  {
    key: 'http.enableTrustAllX509Certificates',
    flags: ['--trust_all_x509'],
    env: 'TRUST_ALL_X509_CERTIFICATES',
    isBoolean: true,
    warning: NO_TRUST,
  },
  {
    key: 'http.trustStorePath',
    flags: ['--https_truststore'],
    env: 'HTTPS_TRUST_STORE_PATH',
    warning: NO_TRUST,
  },
  {
    key: 'http.trustStorePassword',
    flags: ['--https_truststore_password'],
    env: 'HTTPS_TRUST_STORE_PASSWORD',
  },
  { key: 'http.clientTimeoutSecs', flags: ['--client_timeout_secs'], env: 'CLIENT_TIMEOUT_SECS' },
  { key: 'http.clientCache.maxSize', flags: ['--max_cache_size'], env: 'MAX_CLIENT_CACHE_SIZE' },
  {
    key: 'http.clientCache.maxAgeMins',
    flags: ['--max_cache_age_mins'],
    env: 'MAX_CLIENT_CACHE_AGE_MINS',
  },
  {
    key: 'http.clientCache.maxIdleMins',
    flags: ['--max_cache_idle_mins'],
    env: 'MAX_CLIENT_CACHE_IDLE_MINS',
  },
  {
    key: 'http.clientCache.cleanupIntervalMins',
    flags: ['--cache_cleanup_interval_mins'],
    env: 'CLIENT_CACHE_CLEANUP_INTERVAL_MINS',
  },
  { key: 'internal.cioTimeoutSecs' },
];
