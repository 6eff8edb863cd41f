import { formatHost } from './format-host.js';
import { askHttp, type HttpAnswer, type HttpQuestion } from './ask-http.js';
import type { ProxyOptions } from '../config/proxy-options.js';

/** As whom it is asked. */
type ScraperIdentity = Pick<HttpQuestion, 'headers' | 'certificate'>;

/** Below the proxy's own prefix, so that no agent has it. */
const UNUSED_PATH = '-/doctor';

/** The scrape port of a proxy that may be running with these options. */
export class ScrapePort {
  constructor(
    private readonly options: ProxyOptions,
    private readonly identity: ScraperIdentity,
    private readonly signal: AbortSignal,
  ) {}

  /** Whether what answers there is a proxy of ours: only that one gives its reasons. */
  async isOurs(): Promise<boolean> {
    return isProxyAnswer(await this.ask(UNUSED_PATH));
  }

  /** The answer for a path, undefined when there is none. */
  async ask(path: string): Promise<HttpAnswer | undefined> {
    const { port, bindAddress, tls } = this.options.http;
    const scheme = tls.certChainFilePath === '' ? 'http' : 'https';
    const url = `${scheme}://${formatHost(bindAddress)}:${port}/${path}`;
    return this.askAt(url);
  }

  /** The answer of another address, undefined when there is none. */
  askAt(url: string): Promise<HttpAnswer | undefined> {
    return askHttp({ url, ...this.identity, signal: this.signal }).catch(() => undefined);
  }
}

/** Whether an answer is one that only a proxy of ours gives. */
export const isProxyAnswer = (answer: HttpAnswer | undefined): boolean =>
  answer?.headers['x-proxy-reason'] !== undefined;
