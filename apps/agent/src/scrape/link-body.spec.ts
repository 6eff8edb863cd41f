import { Cancellation } from '@app/deadlines';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { AnswerHead, FetchOutcome, FlowingBody } from './fetch-outcome.js';
import { BodyBrokenError } from './fetch-outcome.js';
import { type EncodingOutcome, encodeForLink } from './link-body.js';
import { MemoryBudget, type MemoryShare } from './memory-budget.js';

type Fetched = Extract<FetchOutcome, { kind: 'whole' | 'flowing' }>;

const options = { minGzipBytes: 10, maxBytes: 100_000, flowBytes: 5_000 };
const never = new Cancellation();

function head(contentEncoding: string): AnswerHead {
  return {
    statusCode: 200,
    contentType: 'text/plain',
    contentEncoding,
    contentLength: undefined,
    retryAfterSecs: 0,
  };
}

function whole(body: Buffer | Buffer[], contentEncoding = ''): Fetched {
  const pieces = Array.isArray(body) ? body : body.length === 0 ? [] : [body];
  const byteCount = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { kind: 'whole', head: head(contentEncoding), pieces, byteCount };
}

function flowing(pieces: () => AsyncGenerator<Buffer>, contentEncoding = ''): Fetched {
  const source = pieces();
  const body: FlowingBody = {
    closed: Promise.resolve(),
    cancel: () => undefined,
    [Symbol.asyncIterator]: () => source,
  };
  return { kind: 'flowing', head: head(contentEncoding), body };
}

async function* inPieces(body: Buffer, size = 1_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += size) {
    yield body.subarray(at, at + size);
  }
}

function share(): MemoryShare {
  return new MemoryBudget(1_000_000).open();
}

async function encode(fetched: Fetched): Promise<EncodingOutcome> {
  return encodeForLink(fetched, options, share(), never);
}

async function bytesOf(outcome: EncodingOutcome): Promise<Buffer> {
  if (outcome.kind === 'failed' || !('pieces' in outcome.body)) {
    throw new Error('not gzip');
  }
  const pieces: Buffer[] = [];
  for await (const piece of outcome.body.pieces) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Bytes that do not compress. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(Uint8Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) & 0xff));
}

test.each([
  ['empty', ''],
  ['at the limit', 'a'.repeat(10)],
  ['of several bytes a character', 'äöü€'],
  ['with a byte order mark', '\ufeffup 1'],
])('a small text %s travels as text', async (_name, text) => {
  const outcome = await encode(whole(Buffer.from(text)));

  const byteCount = Buffer.byteLength(text);
  expect(outcome).toEqual({ kind: 'encoded', body: { kind: 'text', text, byteCount } });
});

test('a text one byte over the limit is compressed', async () => {
  const outcome = await encode(whole(Buffer.from('ä'.repeat(5) + 'b')));

  expect(gunzipSync(await bytesOf(outcome)).toString()).toBe('ä'.repeat(5) + 'b');
});

test('a small body that is no valid UTF-8 is compressed', async () => {
  const body = Buffer.from([0x0a, 0xff, 0x00]);

  const outcome = await encode(whole(body));

  expect(gunzipSync(await bytesOf(outcome)).equals(body)).toBe(true);
});

test('gzip of the target stays byte for byte what it was', async () => {
  const body = gzipSync('some metrics');

  const outcome = await encode(whole([body.subarray(0, 1), body.subarray(1, 12), body.subarray(12)], 'gzip'));

  expect((await bytesOf(outcome)).equals(body)).toBe(true);
});

test('an empty body is text, whatever it says about its coding', async () => {
  const outcome = await encode(whole(Buffer.alloc(0), 'gzip'));

  expect(outcome).toMatchObject({ kind: 'encoded', body: { kind: 'text', text: '' } });
});

test.each([
  ['is not', Buffer.from('up 1 and a lot of other words')],
  ['is too short to be', gzipSync('').subarray(0, 19)],
])('a body that claims to be gzip and %s is refused', async (_name, body) => {
  const outcome = await encode(whole(body, 'gzip'));

  expect(outcome).toMatchObject({ kind: 'failed', code: 'invalid_payload' });
});

test('a coding that was not asked for is refused by name', async () => {
  const outcome = await encode(whole(Buffer.from('x'), 'br\u0007'));

  const words = 'the target answered with Content-Encoding "br?", which was not asked for';
  expect(outcome).toEqual({ kind: 'failed', code: 'invalid_payload', words });
});

test('gzip that claims to hold more than the limit is refused, exactly the limit is not', async () => {
  const atLimit = await encode(whole(gzipSync(Buffer.alloc(100_000)), 'gzip'));
  const gzip = gzipSync(Buffer.alloc(100_001));
  const overLimit = await encode(whole([gzip.subarray(0, -2), gzip.subarray(-2)], 'gzip'));

  expect(atLimit.kind).toBe('encoded');
  expect(overLimit).toMatchObject({ kind: 'failed', code: 'content_too_large' });
  expect((overLimit as { words: string }).words).toContain('100001 bytes');
});

test('a large body flows on, compressed when it was not', async () => {
  const body = noise(40_000);

  const outcome = await encode(flowing(() => inPieces(body)));

  expect(outcome).toMatchObject({ body: { kind: 'flow' } });
  expect(gunzipSync(await bytesOf(outcome)).equals(body)).toBe(true);
});

test('a large gzip body flows on as it came', async () => {
  const body = gzipSync(noise(40_000));

  const outcome = await encode(flowing(() => inPieces(body), 'gzip'));

  expect(outcome).toMatchObject({ body: { kind: 'flow' } });
  expect((await bytesOf(outcome)).equals(body)).toBe(true);
});

test('a large body that compresses well is held whole', async () => {
  const body = Buffer.alloc(90_000, 'metric 1\n');

  const outcome = await encode(flowing(() => inPieces(body)));

  expect(outcome).toMatchObject({ body: { kind: 'gzip' } });
  expect(gunzipSync(await bytesOf(outcome)).equals(body)).toBe(true);
});

test('a large body that claims to be gzip and is not is refused, and its transfer ends', async () => {
  let hasEnded = false;
  async function* notGzip(): AsyncGenerator<Buffer> {
    try {
      yield* inPieces(noise(40_000));
    } finally {
      hasEnded = true;
    }
  }

  const outcome = await encode(flowing(notGzip, 'gzip'));

  expect(outcome).toMatchObject({ kind: 'failed', code: 'invalid_payload' });
  expect(hasEnded).toBe(true);
});

test.each(['', 'gzip'])(
  'a body that breaks off at its beginning is not whole: coding "%s"',
  async (coding) => {
    async function* breaking(): AsyncGenerator<Buffer> {
      yield gzipSync(noise(1_000));
      throw new BodyBrokenError('target_unreachable', 'gone');
    }

    await expect(encode(flowing(breaking, coding))).rejects.toMatchObject({ name: 'BodyBrokenError' });
  },
);

test.each(['', 'gzip'])('a body that breaks off later breaks what flows: coding "%s"', async (coding) => {
  async function* breaking(): AsyncGenerator<Buffer> {
    yield* inPieces(coding === 'gzip' ? gzipSync(noise(40_000)) : noise(40_000));
    throw new BodyBrokenError('target_unreachable', 'gone');
  }

  const sent = encode(flowing(breaking, coding)).then(bytesOf);

  await expect(sent).rejects.toMatchObject({ name: 'BodyBrokenError' });
});

test.each(['', 'gzip'])('leaving what flows early ends the transfer: coding "%s"', async (coding) => {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      yield gzipSync(noise(10_000));
      for (;;) {
        yield noise(10_000);
      }
    } finally {
      resolve();
    }
  }
  const outcome = await encode(flowing(endless, coding));

  for await (const piece of (outcome as { body: { pieces: AsyncIterable<Buffer> } }).body.pieces) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }

  await ended;
});

test('the beginning of what flows is counted as held', async () => {
  const budget = new MemoryBudget(4_000);

  const outcome = await encodeForLink(
    flowing(() => inPieces(noise(40_000))),
    options,
    budget.open(),
    never,
  );

  expect(outcome).toMatchObject({ kind: 'failed', code: 'overloaded' });
});
