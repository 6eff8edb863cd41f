import type { Duplex } from 'node:stream';
import { failure, reasonPhrase } from './scrape-failure.js';
import { HEAD_TOO_LARGE } from './scraper-connections.js';

/**
 * Answer a request that is no HTTP (RFC 9112), or whose head is too large, and close its connection: there is no request
 * to route, so this is written to the socket itself.
 */
export function answerMalformedRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === HEAD_TOO_LARGE;
  const words = isTooLarge
    ? 'the head of the request is too large'
    : `the request is not HTTP: ${error.message}`;
  const { code, status } = failure('bad_request', words, isTooLarge ? 431 : undefined);
  const text = `${code}: ${words}\n`;
  socket.end(
    [
      `HTTP/1.1 ${status} ${reasonPhrase(words)}`,
      `X-Proxy-Reason: ${code}`,
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Connection: close',
      '',
      text,
    ].join('\r\n'),
  );
}
