import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { ScrapeObserver, ScrapeRecord } from './scrape-observer.js';

/** Each scrape as a debug line. */
@Injectable()
export class ScrapeLog implements ScrapeObserver {
  constructor(private readonly log: PinoLogger) {}

  scraped({ path, agentName, answer, durationMs }: ScrapeRecord): void {
    if (!this.log.logger.isLevelEnabled('debug')) {
      return;
    }
    const fields = { path, agent: agentName, durationMs: Math.round(durationMs) };
    if (answer.kind === 'failure') {
      const { code, status, words } = answer;
      this.log.debug({ ...fields, reason: code, status, why: words }, 'scrape failed');
    } else {
      this.log.debug({ ...fields, outcome: answer.kind }, 'scrape answered');
    }
  }
}
