import { commonIgnored, type IgnoredOption } from '@app/config';

const NO_TRUST =
  'agent.http trust options are set, but https targets are checked against the runtime’s own roots';

/** Options that existing configurations of the agent have, and that have no effect. */
export const ignoredOptions: readonly IgnoredOption[] = [
  ...commonIgnored,
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
