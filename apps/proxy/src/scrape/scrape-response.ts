import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import { createBoundedGunzip, GunzipError } from '@app/chunking';
import type { Deadlines } from '@app/deadlines';
import { type HeaderAllowList, isHeaderValue } from '@app/protocol';
import { BrokenBodyError } from './body-transfer.js';
import type { BodyInflater } from './body-inflater.js';
import type { ScrapeAbandoned, ScrapeBody, ScrapeFailure, ScrapeSuccess } from './scrape-answer.js';
import { failure, reasonPhrase } from './scrape-failure.js';

/** Where an answer is written, and what the one who waits for it can take. */
export interface ScrapeReply {
  readonly response: ServerResponse;
  readonly acceptsGzip: boolean;
  /** No body is sent, only what would be its head. */
  readonly isHead: boolean;
  /** When the scraper has given up, on the clock of `performance.now()`: a body still unread then is dropped. */
  readonly givesUpAt: number;
  readonly deadlines: Deadlines;
  /** Which headers of the agent's the scraper gets beside those that describe the body; none when left out. */
  readonly passes?: HeaderAllowList;
}

/** Why a body was not delivered whole. */
export type BodyProblem = ScrapeFailure | ScrapeAbandoned;

/** How a scraper can prove who it is (RFC 9110, section 11.6.1). */
const CHALLENGES = ['Bearer realm="prometheus-proxy"', 'Basic realm="prometheus-proxy"'];

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
    ...(code === 'unauthorized' && { 'WWW-Authenticate': CHALLENGES }),
  });
  response.end(isHead ? undefined : text);
}

/**
 * Write a body: gzip as it came to a scraper that takes it, inflated to any other. Resolves when it is out, with what went
 * wrong, if anything did. Before the first byte that can still be the answer; later the socket is destroyed, so that no
 * scraper takes a part for the whole. A scraper that does not read is waited for until it gives up. The body is released in
 * any case.
 *
 * @param inflater - for a scraper that does not take gzip
 */
export async function writeBody(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  inflater: BodyInflater,
): Promise<BodyProblem | undefined> {
  const { response, givesUpAt, deadlines } = reply;
  const giveUp = deadlines.set(givesUpAt, () => response.destroy());
  try {
    if (!isHeaderValue(success.contentType)) {
      return failure('invalid_payload', 'the Content-Type has characters that a header cannot have');
    }
    const isGzip = success.body.encoding === 'gzip';
    return isGzip && !reply.acceptsGzip
      ? await writeInflated(reply, success, inflater)
      : await send(reply, success, success.body, isGzip);
  } finally {
    giveUp.cancel();
    success.body.release();
  }
}

async function writeInflated(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  inflater: BodyInflater,
): Promise<BodyProblem | undefined> {
  const { pieces, rest } = success.body;
  if (rest !== undefined) {
    startStream(reply, success, false);
    return toSocket(reply, pieces, rest, [createBoundedGunzip(inflater.maxInflatedBytes)]);
  }

  const inflated = await inflater.inflate(pieces);
  if (inflated.kind === 'failure') {
    return inflated;
  }
  try {
    const { bytes } = inflated;
    return await send(reply, success, { pieces: [bytes], byteCount: bytes.length }, false);
  } finally {
    inflated.release();
  }
}

async function send(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  body: Pick<ScrapeBody, 'pieces' | 'byteCount' | 'rest'>,
  isGzip: boolean,
): Promise<BodyProblem | undefined> {
  if (body.rest !== undefined) {
    startStream(reply, success, isGzip);
    return toSocket(reply, body.pieces, body.rest, []);
  }
  const { response } = reply;
  // A 204 has no body, and says no length either (RFC 9110, section 8.6).
  const length = success.status === 204 ? {} : { 'Content-Length': body.byteCount };
  response.writeHead(success.status, { ...headersOf(reply, success, isGzip), ...length });
  response.cork();
  if (!reply.isHead) {
    body.pieces.forEach((piece) => response.write(piece));
  }
  response.end();
  response.uncork();
  await closed(response);
  return response.writableFinished ? undefined : { kind: 'abandoned' };
}

function startStream(reply: ScrapeReply, success: ScrapeSuccess, isGzip: boolean): void {
  reply.response.writeHead(success.status, headersOf(reply, success, isGzip));
}

function headersOf(
  { passes }: ScrapeReply,
  { contentType, body, headers }: ScrapeSuccess,
  isGzip: boolean,
): Record<string, string> {
  return {
    ...passes?.keep(headers),
    ...(contentType !== '' && { 'Content-Type': contentType }),
    ...(isGzip && { 'Content-Encoding': 'gzip' }),
    ...(body.encoding === 'gzip' && { Vary: 'Accept-Encoding' }),
  };
}

async function* concatenated(pieces: readonly Buffer[], rest: Readable): AsyncGenerator<Buffer> {
  yield* pieces;
  yield* rest as AsyncIterable<Buffer>;
}

/** A stream that breaks, or a scraper that leaves, ends both sides. */
async function toSocket(
  { response }: ScrapeReply,
  pieces: readonly Buffer[],
  rest: Readable,
  transforms: readonly NodeJS.ReadWriteStream[],
): Promise<BodyProblem | undefined> {
  // Nothing that waits for the rest notices that the scraper has left.
  response.once('close', () => rest.destroy());
  try {
    await pipeline([Readable.from(concatenated(pieces, rest)), ...transforms, response]);
    return undefined;
  } catch (error) {
    response.destroy();
    return toProblem(error);
  }
}

function toProblem(error: unknown): BodyProblem {
  if (error instanceof BrokenBodyError) {
    return error.because;
  }
  if (error instanceof GunzipError) {
    const code = error.kind === 'too_large' ? 'payload_too_large' : 'invalid_payload';
    return failure(code, `the body cannot be inflated: ${error.message}`);
  }
  return { kind: 'abandoned' };
}

/** Resolves when the response is out or its socket is gone. */
function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      resolve();
    } else {
      response.once('close', resolve);
    }
  });
}
