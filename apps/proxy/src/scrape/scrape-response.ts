import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import { createBoundedGunzip, gunzip } from '@app/chunking';
import type { ScrapeBody, ScrapeFailure, ScrapeSuccess } from './scrape-answer.js';
import { failure, reasonPhrase } from './scrape-failure.js';

/** Where an answer is written, and what the one who waits for it can take. */
export interface ScrapeReply {
  readonly response: ServerResponse;
  readonly acceptsGzip: boolean;
  /** No body is sent, only what would be its head. */
  readonly isHead: boolean;
  /** When the scraper has given up, on the clock of `performance.now()`: a body still unread then is dropped. */
  readonly givesUpAt: number;
}

/** Whether a scraper takes gzip (RFC 9110, section 12.5.3); without the header it takes identity only. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined || acceptEncoding === 'gzip') {
    return acceptEncoding === 'gzip';
  }
  const negotiator = new Negotiator({ headers: { 'accept-encoding': acceptEncoding } });
  return negotiator.encodings(['gzip']).includes('gzip');
}

/** Write a failure: status, a reason phrase that Prometheus shows, the code as a header, the full words as text. */
export function writeFailure(
  { response, isHead }: Pick<ScrapeReply, 'response' | 'isHead'>,
  { status, code, words }: ScrapeFailure,
): void {
  const text = Buffer.from(`${code}: ${words}\n`);
  response.writeHead(status, reasonPhrase(words), {
    'X-Proxy-Reason': code,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': text.length,
    ...(code === 'method_not_allowed' && { Allow: 'GET, HEAD' }),
  });
  response.end(isHead ? undefined : text);
}

/**
 * Write a body: gzip as it came to a scraper that takes it, inflated to any other. Resolves with what went wrong before
 * the first byte was sent, if anything did; what goes wrong later destroys the socket, so that no scraper takes a part
 * for the whole. The body is released in any case.
 *
 * @param maxInflatedBytes - how much an inflated body may have
 */
export async function writeBody(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  maxInflatedBytes: number,
): Promise<ScrapeFailure | undefined> {
  try {
    const isGzip = success.body.encoding === 'gzip';
    if (isGzip && !reply.acceptsGzip) {
      return await writeInflated(reply, success, maxInflatedBytes);
    }
    await send(reply, success, success.body, isGzip);
    return undefined;
  } finally {
    success.body.release();
  }
}

async function writeInflated(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  maxInflatedBytes: number,
): Promise<ScrapeFailure | undefined> {
  const { pieces, rest } = success.body;
  if (rest !== undefined) {
    const compressed = Readable.from(concatenated(pieces, rest));
    startStream(reply, success, false);
    await toSocket(reply, [compressed, createBoundedGunzip(maxInflatedBytes)]);
    return undefined;
  }

  const outcome = await gunzip([...pieces], maxInflatedBytes);
  switch (outcome.kind) {
    case 'too_large':
      return failure('payload_too_large', `the body has more than ${maxInflatedBytes} bytes when inflated`);
    case 'broken':
      return failure('invalid_payload', `the gzip body is broken: ${outcome.detail}`);
    case 'ok':
      await send(reply, success, { pieces: [outcome.bytes], byteCount: outcome.bytes.length }, false);
      return undefined;
  }
}

async function send(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  body: Pick<ScrapeBody, 'pieces' | 'byteCount' | 'rest'>,
  isGzip: boolean,
): Promise<void> {
  if (body.rest !== undefined) {
    startStream(reply, success, isGzip);
    await toSocket(reply, [Readable.from(concatenated(body.pieces, body.rest))]);
    return;
  }
  const { response } = reply;
  response.writeHead(success.status, { ...headersOf(success, isGzip), 'Content-Length': body.byteCount });
  response.cork();
  if (!reply.isHead) {
    body.pieces.forEach((piece) => response.write(piece));
  }
  response.end();
  response.uncork();
  await closed(reply);
}

function startStream(reply: ScrapeReply, success: ScrapeSuccess, isGzip: boolean): void {
  reply.response.writeHead(success.status, headersOf(success, isGzip));
}

function headersOf({ contentType, body }: ScrapeSuccess, isGzip: boolean): Record<string, string> {
  return {
    ...(contentType !== '' && { 'Content-Type': contentType }),
    ...(isGzip && { 'Content-Encoding': 'gzip' }),
    ...(body.encoding === 'gzip' && { Vary: 'Accept-Encoding' }),
  };
}

async function* concatenated(pieces: readonly Buffer[], rest: Readable): AsyncGenerator<Buffer> {
  yield* pieces;
  yield* rest as AsyncIterable<Buffer>;
}

/** A stream that breaks, or a scraper that leaves, destroys both sides; neither is an error of ours. */
async function toSocket(
  { response }: ScrapeReply,
  streams: (Readable | NodeJS.ReadWriteStream)[],
): Promise<void> {
  await pipeline([...streams, response]).catch(() => response.destroy());
}

/** Resolves when the response is out or its socket is gone; a scraper that does not read is not waited for. */
function closed({ response, givesUpAt }: ScrapeReply): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed || response.writableFinished) {
      resolve();
      return;
    }
    const timer = setTimeout(() => response.destroy(), Math.max(0, givesUpAt - performance.now()));
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
