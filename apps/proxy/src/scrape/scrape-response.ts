import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import { createBoundedGunzip, GunzipError } from '@app/chunking';
import type { Deadlines } from '@app/deadlines';
import { type HeaderAllowList, isHeaderValue } from '@app/protocol';
import { BrokenBodyError } from './body-transfer.js';
import type { BodyInflater } from './body-inflater.js';
import type { Release, ScrapeAbandoned, ScrapeBody, ScrapeFailure, ScrapeSuccess } from './scrape-answer.js';
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
export function writeBody(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  inflater: BodyInflater,
): Promise<BodyProblem | undefined> {
  const { body, contentType } = success;
  if (!isHeaderValue(contentType)) {
    body.release();
    const words = 'the Content-Type has characters that a header cannot have';
    return Promise.resolve(failure('invalid_payload', words));
  }
  const isGzip = body.encoding === 'gzip';
  if (isGzip && !reply.acceptsGzip) {
    return writeInflated(reply, success, inflater).finally(() => body.release());
  }
  if (body.rest !== undefined) {
    return flow(reply, success, body.rest, isGzip, []).finally(() => body.release());
  }
  writeWhole(reply, success, body, isGzip);
  return written(reply, body.release);
}

async function writeInflated(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  inflater: BodyInflater,
): Promise<BodyProblem | undefined> {
  const { pieces, rest } = success.body;
  if (rest !== undefined) {
    return flow(reply, success, rest, false, [createBoundedGunzip(inflater.maxInflatedBytes)]);
  }
  const inflated = await inflater.inflate(pieces);
  if (inflated.kind === 'failure') {
    return inflated;
  }
  const { bytes } = inflated;
  writeWhole(reply, success, { pieces: [bytes], byteCount: bytes.length }, false);
  return written(reply, inflated.release);
}

function writeWhole(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  { pieces, byteCount }: Pick<ScrapeBody, 'pieces' | 'byteCount'>,
  isGzip: boolean,
): void {
  const { response } = reply;
  const headers = headersOf(reply, success, isGzip);
  // A 204 has no body, and says no length either (RFC 9110, section 8.6).
  if (success.status !== 204) {
    headers['Content-Length'] = byteCount;
  }
  response.writeHead(success.status, headers);
  const [only, ...others] = pieces;
  if (reply.isHead || others.length === 0) {
    response.end(reply.isHead ? undefined : only);
    return;
  }
  response.cork();
  pieces.forEach((piece) => response.write(piece));
  response.end();
  response.uncork();
}

/** A body is handed on while it arrives. */
async function flow(
  reply: ScrapeReply,
  success: ScrapeSuccess,
  rest: Readable,
  isGzip: boolean,
  transforms: readonly NodeJS.ReadWriteStream[],
): Promise<BodyProblem | undefined> {
  const { response, givesUpAt, deadlines } = reply;
  const giveUp = deadlines.set(givesUpAt, () => response.destroy());
  try {
    response.writeHead(success.status, headersOf(reply, success, isGzip));
    return await toSocket(reply, success.body.pieces, rest, transforms);
  } finally {
    giveUp.cancel();
  }
}

function headersOf(
  { passes }: ScrapeReply,
  { contentType, body, headers }: ScrapeSuccess,
  isGzip: boolean,
): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = passes?.keep(headers) ?? {};
  if (contentType !== '') {
    fields['Content-Type'] = contentType;
  }
  if (isGzip) {
    fields['Content-Encoding'] = 'gzip';
  }
  if (body.encoding === 'gzip') {
    fields['Vary'] = 'Accept-Encoding';
  }
  return fields;
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

/** Resolves when the response is out, its socket is gone, or the scraper has given up without having read it. */
function written(
  { response, givesUpAt, deadlines }: ScrapeReply,
  release: Release,
): Promise<BodyProblem | undefined> {
  return new Promise((resolve) => {
    const settle = (): void => {
      giveUp?.cancel();
      release(response.writableFinished);
      resolve(response.writableFinished ? undefined : { kind: 'abandoned' });
    };
    // What the system has taken whole needs no reader who waits for it.
    const giveUp =
      response.writableLength === 0 ? undefined : deadlines.set(givesUpAt, () => response.destroy());
    if (response.destroyed) {
      settle();
    } else {
      response.on('close', settle);
    }
  });
}
