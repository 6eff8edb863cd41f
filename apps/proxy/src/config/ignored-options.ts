import { commonIgnored, type IgnoredOption } from '@app/config';

const PINGS = 'agents may ping at any rate, so nothing has to be permitted';

/** Options that existing configurations of the proxy have, and that have no effect. */
export const ignoredOptions: readonly IgnoredOption[] = [
  ...commonIgnored,
  {
    key: 'grpc.permitKeepAliveWithoutCalls',
    flags: ['--permit_keepalive_without_calls'],
    env: 'PERMIT_KEEPALIVE_WITHOUT_CALLS',
    isBoolean: true,
    why: PINGS,
  },
  {
    key: 'grpc.permitKeepAliveTimeSecs',
    flags: ['--permit_keepalive_time_secs'],
    env: 'PERMIT_KEEPALIVE_TIME_SECS',
    why: PINGS,
  },
  { key: 'internal.blitz', why: 'a page for a load test of 4.x' },
];
