import { inRange, int, MAX_TIMER_SECS } from '@app/config';

/** What scrapers are told of paths beyond the ones that are served now. */
export const discoveryRows = {
  'service.discovery.holdDownSecs': int({
    default: 300,
    check: inRange(0, MAX_TIMER_SECS),
    doc: 'Seconds for which a path whose agent left is remembered: its scrapes say when and why the agent left.',
  }),
};
