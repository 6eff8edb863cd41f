import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { scrapeTimeLimit } from './scrape-deadline.js';

/** Reads `X-Prometheus-Scrape-Timeout-Seconds`; the first unusable one is a warning, the rest are not. */
@Injectable()
export class TimeoutHeader {
  private hasWarned = false;

  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    private readonly log: PinoLogger,
  ) {}

  /** How long a scrape with these headers may take, in milliseconds. */
  limitMs(headers: IncomingHttpHeaders): number {
    const value = headers['x-prometheus-scrape-timeout-seconds'];
    const header = Array.isArray(value) ? value[0] : value;
    const { limitMs, ignoredHeader } = scrapeTimeLimit(
      header,
      this.options.internal.scrapeRequestTimeoutSecs,
    );
    if (ignoredHeader !== undefined && !this.hasWarned) {
      this.hasWarned = true;
      this.log.warn(
        { value: ignoredHeader.slice(0, 100) },
        'a scraper sent X-Prometheus-Scrape-Timeout-Seconds that is no positive number; it is ignored from now on',
      );
    }
    return limitMs;
  }
}
