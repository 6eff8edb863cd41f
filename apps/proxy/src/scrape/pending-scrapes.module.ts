import { Module } from '@nestjs/common';
import { Deadlines } from '@app/deadlines';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { BodyInflater } from './body-inflater.js';
import { BodyMemory } from './body-memory.js';
import { PendingScrapes } from './pending-scrapes.js';
import { ScrapeGate } from './scrape-gate.js';
import { ScraperConnections } from './scraper-connections.js';

const MEBIBYTE = 1024 * 1024;

/** What waits, and what it may hold. */
@Module({
  providers: [
    { provide: Deadlines, useFactory: () => new Deadlines() },
    {
      provide: PendingScrapes,
      inject: [PROXY_OPTIONS, Deadlines],
      useFactory: ({ limits }: ProxyOptions, deadlines: Deadlines) =>
        new PendingScrapes(limits.maxScrapesInFlight, deadlines),
    },
    {
      provide: BodyMemory,
      inject: [PROXY_OPTIONS],
      useFactory: ({ limits }: ProxyOptions) => new BodyMemory(limits.bodyMemoryMBytes * MEBIBYTE),
    },
    {
      provide: BodyInflater,
      inject: [PROXY_OPTIONS, BodyMemory],
      useFactory: ({ internal }: ProxyOptions, memory: BodyMemory) =>
        new BodyInflater(internal.maxUnzippedContentSizeMBytes * MEBIBYTE, memory),
    },
    { provide: ScrapeGate, useFactory: () => new ScrapeGate() },
    {
      provide: ScraperConnections,
      inject: [PROXY_OPTIONS],
      useFactory: ({ limits }: ProxyOptions) => new ScraperConnections(limits),
    },
  ],
  exports: [Deadlines, PendingScrapes, BodyMemory, BodyInflater, ScrapeGate, ScraperConnections],
})
export class PendingScrapesModule {}
