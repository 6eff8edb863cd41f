import { showCounter, showGauge } from '@app/operations';
import type { Registry } from 'prom-client';
import type { ProxyOptions } from '../config/proxy-options.js';
import type { PendingScrapes } from './pending-scrapes.js';
import { SharedScrapes } from './shared-scrapes.js';
import type { ScrapeService } from './scrape.service.js';

/** The scrapes of a proxy, identical ones as one unless the options say otherwise, and how many there are. */
export function createSharedScrapes(
  { http }: ProxyOptions,
  scrapes: ScrapeService,
  pending: PendingScrapes,
  registry: Registry,
): SharedScrapes {
  const maxJoined = http.shareIdenticalScrapes ? pending.bound.limit : 0;
  const shared = new SharedScrapes((ask) => scrapes.scrape(ask), maxJoined);
  showGauge(
    registry,
    'proxy_scrapes_joined',
    'Scrapes that wait for the fetch of an identical one',
    () => shared.joined,
  );
  showCounter(
    registry,
    'proxy_scrapes_shared_total',
    'Scrapes that joined the fetch of an identical one',
    () => shared.joins.value,
  );
  return shared;
}
