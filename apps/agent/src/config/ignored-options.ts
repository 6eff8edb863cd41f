import { commonIgnored, type IgnoredOption } from '@app/config';

const NO_CACHE = 'connections to targets are kept for 90 seconds; there is no cache of clients';

/** Options that existing configurations of the agent have, and that have no effect. */
export const ignoredOptions: readonly IgnoredOption[] = [
  ...commonIgnored,
  {
    key: 'http.clientTimeoutSecs',
    flags: ['--client_timeout_secs'],
    env: 'CLIENT_TIMEOUT_SECS',
    why: 'without effect in 4.x, too; scrapeTimeoutSecs bounds a fetch',
  },
  {
    key: 'http.clientCache.maxSize',
    flags: ['--max_cache_size'],
    env: 'MAX_CLIENT_CACHE_SIZE',
    why: NO_CACHE,
  },
  {
    key: 'http.clientCache.maxAgeMins',
    flags: ['--max_cache_age_mins'],
    env: 'MAX_CLIENT_CACHE_AGE_MINS',
    why: NO_CACHE,
  },
  {
    key: 'http.clientCache.maxIdleMins',
    flags: ['--max_cache_idle_mins'],
    env: 'MAX_CLIENT_CACHE_IDLE_MINS',
    why: NO_CACHE,
  },
  {
    key: 'http.clientCache.cleanupIntervalMins',
    flags: ['--cache_cleanup_interval_mins'],
    env: 'CLIENT_CACHE_CLEANUP_INTERVAL_MINS',
    why: NO_CACHE,
  },
  { key: 'internal.cioTimeoutSecs', why: 'a setting of the Java HTTP client' },
];
