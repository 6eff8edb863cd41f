/** Whether scrapes are taken: from the time everything listens until the proxy leaves. */
export class ScrapeGate {
  private state: 'starting' | 'open' | 'leaving' | 'closed' = 'starting';

  /** Scrapes are taken; also for a short while after the proxy has said that it leaves. */
  get isOpen(): boolean {
    return this.state === 'open' || this.state === 'leaving';
  }

  /** New scrapers should come here. */
  get isReady(): boolean {
    return this.state === 'open';
  }

  open(): void {
    if (this.state === 'starting') {
      this.state = 'open';
    }
  }

  /** No longer ready, still serving. */
  leave(): void {
    this.state = 'leaving';
  }

  close(): void {
    this.state = 'closed';
  }
}
