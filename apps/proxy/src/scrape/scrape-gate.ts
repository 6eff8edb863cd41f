/** Whether scrapes are taken: from the time everything listens until the proxy leaves; and how many are inside. */
export class ScrapeGate {
  private state: 'starting' | 'open' | 'leaving' | 'closed' = 'starting';
  private insideCount = 0;

  /** Scrapes that were taken and whose answers are not out yet. */
  get inside(): number {
    return this.insideCount;
  }

  /** A scrape begins; whoever says so says that it has ended, once its answer is out. */
  enter(): void {
    this.insideCount += 1;
  }

  leave(): void {
    this.insideCount -= 1;
  }

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
  retire(): void {
    this.state = 'leaving';
  }

  close(): void {
    this.state = 'closed';
  }
}
