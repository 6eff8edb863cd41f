import { Module } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { BaseStore } from '@app/delta';
import { discard, METRICS_REGISTRY } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';
import { DeltaMetrics } from '../metrics/delta-metrics.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { BodyInflater } from '../scrape/body-inflater.js';
import { PendingScrapesModule } from '../scrape/pending-scrapes.module.js';
import { DeltaDecoder } from './delta-decoder.js';
import { DeltaScrapes } from './delta-scrapes.js';

const MEBIBYTE = 1024 * 1024;
/** The newest of each path; older ones only while they are on offer. */
const BASES_PER_KEY = 1;

/** Bodies that travel as their difference to an earlier one. */
@Module({
  imports: [PendingScrapesModule],
  providers: [
    {
      provide: DeltaScrapes,
      inject: [PROXY_OPTIONS, BodyInflater, METRICS_REGISTRY],
      useFactory: ({ limits }: ProxyOptions, inflater: BodyInflater, registry: Registry): DeltaScrapes => {
        const bases = new BaseStore(limits.deltaMemoryMBytes * MEBIBYTE, BASES_PER_KEY, (bytes) =>
          discard([bytes]),
        );
        const decoder = new DeltaDecoder(inflater.maxInflatedBytes, inflater.memory);
        return new DeltaScrapes(bases, decoder, new DeltaMetrics(registry, bases));
      },
    },
  ],
  exports: [DeltaScrapes],
})
export class DeltaModule {}
