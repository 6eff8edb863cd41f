import { type IncomingMessage, request } from 'node:http';

/** One answer on the scrape port, byte for byte. */
export interface ScrapeResult {
  readonly status: number;
  /** The HTTP/1.1 reason phrase. */
  readonly statusMessage: string;
  /** Names in lower case; values of a repeated header joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** As it came over the wire: not decoded. */
  readonly body: Buffer;
  /** False when the connection broke before the end of the body. */
  readonly isWhole: boolean;
  /** From sending the request to the end of the answer. */
  readonly durationMs: number;
}

export interface ScrapeOptions {
  /** Sent as X-Prometheus-Scrape-Timeout-Seconds. */
  readonly timeoutSecs?: number;
  /** Hang up after this time, as Prometheus does. Default: 30 s, so that a test ends with a reason. */
  readonly giveUpAfterMs?: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Hang up when it fires. */
  readonly signal?: AbortSignal;
}

/**
 * Scrape once, over a connection of its own.
 *
 * @throws when there was no answer: refused, cut before the headers, given up or aborted
 */
export function scrape(url: string, options: ScrapeOptions = {}): Promise<ScrapeResult> {
  const { timeoutSecs, giveUpAfterMs = 30_000 } = options;
  const startedAt = performance.now();
  const limit = AbortSignal.timeout(giveUpAfterMs);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      ...addressOf(url),
      agent: false,
      method: options.method ?? 'GET',
      signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
      headers: {
        ...(timeoutSecs === undefined ? {} : { 'X-Prometheus-Scrape-Timeout-Seconds': String(timeoutSecs) }),
        ...options.headers,
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => collect(response, startedAt, resolve));
    outgoing.end();
  });
}

/** Path and query as they stand in `url`: parsing it as a URL would encode some characters anew. */
function addressOf(url: string): { host: string; port: string; path: string } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port, path: /^http:\/\/[^/]*(.*)$/.exec(url)?.[1] || '/' };
}

function collect(response: IncomingMessage, startedAt: number, done: (result: ScrapeResult) => void): void {
  const pieces: Buffer[] = [];
  response.on('data', (piece: Buffer) => pieces.push(piece));
  response.on('error', () => {});
  response.once('close', () =>
    done({
      status: response.statusCode ?? 0,
      statusMessage: response.statusMessage ?? '',
      headers: joined(response.headersDistinct),
      rawHeaders: response.rawHeaders,
      body: Buffer.concat(pieces),
      isWhole: response.complete,
      durationMs: performance.now() - startedAt,
    }),
  );
}

function joined(headers: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, (values ?? []).join(', ')]),
  );
}
