import { Agent, request } from 'node:http';

/** What a scrape was answered. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** As Prometheus 3 sends them. */
const HEADERS = {
  Accept:
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
  'X-Prometheus-Scrape-Timeout-Seconds': '10',
};
const LIMIT_MS = 30_000;

/** Scrape once over a connection of its own. */
export function fetchOnce(port: number, requestTarget: string, encoding = 'gzip'): Promise<Answer> {
  return scrape(port, requestTarget, undefined, encoding);
}

/** Scrapes over kept-alive connections, as Prometheus does. */
export class Scraper {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  fetch(requestTarget: string): Promise<Answer> {
    return scrape(this.#port, requestTarget, this.#agent);
  }

  /** Milliseconds that a scrape takes. @throws when it fails, or its body is not `expected` */
  async time(requestTarget: string, expected: Buffer): Promise<number> {
    const startedAt = performance.now();
    const { status, body } = await this.fetch(requestTarget);
    const tookMs = performance.now() - startedAt;
    if (status !== 200) throw new Error(`${requestTarget} answered ${status}: ${body.toString()}`);
    if (!body.equals(expected)) throw new Error(`the body of ${requestTarget} is not the target's`);
    return tookMs;
  }

  close(): void {
    this.#agent.destroy();
  }
}

function scrape(port: number, path: string, agent: Agent | undefined, encoding = 'gzip'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { ...HEADERS, 'Accept-Encoding': encoding };
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: agent ?? false }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces) }));
      answer.on('error', reject);
    });
    asked.setTimeout(LIMIT_MS, () => asked.destroy(new Error(`no answer within ${LIMIT_MS} ms`)));
    asked.on('error', reject);
    asked.end();
  });
}
