import type { Extension, ExtensionFaults } from '@app/extensions';
import type { ScrapeObserver, ScrapeRecord } from './scrape-observer.js';

const SEAM = 'ScrapeObserver';

/** Whether a value can be an observer at all. */
export const isObserver = (value: ScrapeObserver): boolean => typeof value.scraped === 'function';

/** An observer of somebody's module: what it throws, at once or later, is counted and logged as that module's. */
export class ContainedObserver implements ScrapeObserver {
  constructor(
    private readonly observer: Extension<ScrapeObserver>,
    private readonly faults: ExtensionFaults,
  ) {}

  scraped(record: ScrapeRecord): void {
    const { module, value } = this.observer;
    try {
      const told: unknown = value.scraped(record);
      if (told instanceof Promise) {
        told.catch((error: unknown) => this.faults.record(SEAM, module, error));
      }
    } catch (error) {
      this.faults.record(SEAM, module, error);
    }
  }
}
