import { ConfigError } from '../hocon/config-error.js';
import type { ReadDocument } from '../hocon/documents.js';
import { MAX_DOCUMENT_BYTES } from '../hocon/limits.js';
import { syntaxOfUrl } from './document-names.js';
import { tooLarge } from './read-file.js';

const TIMEOUT_MS = 10_000;

/** A URL as it may be shown: without user, password, query and fragment. */
export const urlForDisplay = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;

/**
 * What a URL gives, within 10 seconds and 1 MiB; undefined when it answers that there is nothing.
 *
 * @throws {ConfigError} when it cannot be had
 */
export async function readUrlDocument(
  address: string,
  timeoutMs = TIMEOUT_MS,
): Promise<ReadDocument | undefined> {
  if (!URL.canParse(address)) {
    throw new ConfigError({ source: 'the configuration' }, 'its URL is not a valid one');
  }
  const url = new URL(address);
  const source = urlForDisplay(url);
  try {
    const response = await request(url, AbortSignal.timeout(timeoutMs));
    if (response.status === 404 || response.status === 410) {
      await response.body?.cancel();
      return undefined;
    }
    const text = await readText(response, source);
    return {
      source,
      identity: url.href,
      syntax: syntaxOfUrl(url.pathname, response.headers.get('content-type')),
      text,
    };
  } catch (error) {
    throw asConfigError(error, source, timeoutMs);
  }
}

/** `fetch` refuses user and password in a URL, so they travel in a header. */
function request(url: URL, signal: AbortSignal): Promise<Response> {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  const headers: Record<string, string> = {};
  if (url.username !== '' || url.password !== '') {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  return fetch(bare, { signal, headers });
}

async function readText(response: Response, source: string): Promise<string> {
  if (!response.ok) {
    await response.body?.cancel();
    throw new ConfigError({ source }, `cannot be read: the server answered ${response.status}`);
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > MAX_DOCUMENT_BYTES) {
      throw tooLarge(source);
    }
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

function asConfigError(error: unknown, source: string, timeoutMs: number): ConfigError {
  if (error instanceof ConfigError) {
    return error;
  }
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  const reason = isTimeout ? `no answer within ${timeoutMs} ms` : 'the connection failed';
  return new ConfigError({ source }, `cannot be read: ${reason}`, { cause: error });
}
