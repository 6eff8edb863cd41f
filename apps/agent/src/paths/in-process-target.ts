/**
 * Metrics that this process has itself and that need no socket to be scraped: a prom-client `Registry` is one, of any
 * version.
 */
export interface InProcessTarget {
  /** What `metrics` answers, as it stands in a `Content-Type` header. */
  readonly contentType: string;
  /** All metrics as text. May reject: the scrape fails with the error's message. */
  metrics(): Promise<string> | string;
}

/** What stands in place of a URL, in logs and at the proxy. */
export const IN_PROCESS = 'in-process';
