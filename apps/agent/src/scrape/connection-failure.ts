import { maskUrlsWithin } from '../paths/url-masking.js';
import type { FetchFailureKind } from './fetch-outcome.js';

const MAX_WORDS_LENGTH = 300;

const WORDS_OF_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the target',
  EPIPE: 'connection reset by the target',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name look-up failed',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connecting timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connecting timed out',
  UND_ERR_SOCKET: 'the target closed the connection',
};

/** What an error of the HTTP client means, and words for it that hold no credentials. */
export function connectionFailure(
  error: Error,
  hasHead: boolean,
  byteCount: number,
): { failure: FetchFailureKind; words: string } {
  if (codeOf(error) === 'UND_ERR_INVALID_ARG') {
    const words = 'the query or a header of the scrape cannot be sent in an HTTP request';
    return { failure: 'bad_request', words };
  }
  const words = describe(error);
  const suffix = hasHead ? ` after ${byteCount} bytes of the body` : '';
  return { failure: 'target_unreachable', words: `${words}${suffix}` };
}

/** Whether a connection that stood was lost, rather than never made. */
export function isBrokenConnection(error: Error): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

function describe(error: Error): string {
  const cause = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const words = WORDS_OF_CODES[codeOf(cause)];
  const message = maskUrlsWithin(cause.message).slice(0, MAX_WORDS_LENGTH);
  if (words === undefined) {
    return message === '' ? 'the connection failed' : message;
  }
  const address = addressOf(cause);
  return address === undefined ? words : `${words} (${address})`;
}

function codeOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' ? code : '';
}

function addressOf(error: Error): string | undefined {
  const { address, port, hostname } = error as { address?: string; port?: number; hostname?: string };
  if (address !== undefined && port !== undefined) {
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  }
  return hostname;
}
