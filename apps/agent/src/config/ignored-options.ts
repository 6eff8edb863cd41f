import { commonIgnored, type IgnoredOption } from '@app/config';

/** Options that existing configurations of the agent have, and that have no effect. */
export const ignoredOptions: readonly IgnoredOption[] = [
  ...commonIgnored,
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
