import { Cancellation } from '@app/deadlines';
import type { ScrapeAsk } from '../scrape/scrape-answer.js';

/** A scrape that nobody gives up, with a deadline that no test reaches. */
export function anAsk(overrides: Partial<ScrapeAsk> = {}): ScrapeAsk {
  return {
    path: 'app',
    query: '',
    accept: '',
    authorization: '',
    deadlineAt: performance.now() + 60_000,
    cancellation: new Cancellation(),
    ...overrides,
  };
}
