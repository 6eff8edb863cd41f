import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { deflateRawSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedGunzip, gunzip, GunzipError, type GunzipOutcome } from './index.js';

const MEGABYTE = 1024 * 1024;

/** The same body through the stream instead of the whole-body function. */
async function inflateThroughStream(pieces: Buffer[], maxBytes: number): Promise<GunzipOutcome> {
  try {
    const inflated: Buffer[] = [];
    await pipeline(
      Readable.from(pieces, { objectMode: false }),
      createBoundedGunzip(maxBytes),
      async (output) => {
        for await (const piece of output as AsyncIterable<Buffer>) {
          inflated.push(piece);
        }
      },
    );
    return { kind: 'ok', bytes: Buffer.concat(inflated) };
  } catch (error) {
    if (!(error instanceof GunzipError)) {
      throw error;
    }
    return error.kind === 'too_large' ? { kind: 'too_large' } : { kind: 'broken', detail: error.message };
  }
}

/** Bytes that no compressor can shrink, the same on every run. */
function noise(byteCount: number): Buffer {
  const bytes = Buffer.allocUnsafe(byteCount);
  let state = 1;
  for (let i = 0; i < byteCount; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

const body = Buffer.from('up 1\n'.repeat(200));
const zipped = gzipSync(body);

describe.each([
  ['gunzip', gunzip],
  ['createBoundedGunzip', inflateThroughStream],
])('%s', (_name, inflate) => {
  it('gives back what was compressed, however the input is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 700 }),
        async (bytes, step) => {
          const input = gzipSync(bytes);
          const count = Math.ceil(input.length / step);
          const pieces = Array.from({ length: count }, (_, i) => input.subarray(i * step, (i + 1) * step));

          const outcome = await inflate(pieces, bytes.length);

          expect(outcome).toEqual({ kind: 'ok', bytes: Buffer.from(bytes) });
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['one byte below the limit', body.length + 1, 'ok'],
    ['exactly the limit', body.length, 'ok'],
    ['one byte above the limit', body.length - 1, 'too_large'],
    ['a limit of nothing', 0, 'too_large'],
  ])('judges %s', async (_case, maxBytes, kind) => {
    const outcome = await inflate([zipped], maxBytes);

    expect(outcome.kind).toBe(kind);
  });

  it.each([
    ['no input at all', []],
    ['one piece without bytes', [Buffer.alloc(0)]],
    ['the gzip of nothing', [gzipSync('')]],
  ])('takes %s as an empty body, even with a limit of nothing', async (_case, pieces) => {
    const outcome = await inflate(pieces, 0);

    expect(outcome).toEqual({ kind: 'ok', bytes: Buffer.alloc(0) });
  });

  it('takes members after one another as one body', async () => {
    const outcome = await inflate([zipped, gzipSync('more\n')], MEGABYTE);

    expect(outcome).toEqual({ kind: 'ok', bytes: Buffer.concat([body, Buffer.from('more\n')]) });
  });

  it('counts the bytes of all members towards the limit', async () => {
    const outcome = await inflate([zipped, zipped], 2 * body.length - 1);

    expect(outcome.kind).toBe('too_large');
  });

  it.each([
    ['plain text', Buffer.from('up 1\n')],
    ['raw deflate', deflateRawSync(body)],
    ['only the magic', zipped.subarray(0, 2)],
    ['gzip without its trailer', zipped.subarray(0, -8)],
    ['gzip cut by one byte', zipped.subarray(0, -1)],
    ['gzip with text after it', Buffer.concat([zipped, Buffer.from('up 1\n')])],
    ['gzip with one byte after it', Buffer.concat([zipped, Buffer.from([7])])],
    ['gzip padded with zeros', Buffer.concat([zipped, Buffer.alloc(4)])],
    [
      'gzip with a zero and its own length after it',
      Buffer.concat([zipped, Buffer.alloc(1), zipped.subarray(-4)]),
    ],
    ['a second member that is cut', Buffer.concat([zipped, zipped.subarray(0, -4)])],
  ])('finds %s broken', async (_case, input) => {
    const whole = await inflate([input], MEGABYTE);
    const bytewise = await inflate(
      Array.from(input, (byte) => Buffer.from([byte])),
      MEGABYTE,
    );

    expect(whole).toEqual({ kind: 'broken', detail: expect.stringMatching(/\w/) });
    expect(bytewise.kind).toBe('broken');
  });

  it('finds every damaged byte of checksum and length broken', async () => {
    for (let fromEnd = 1; fromEnd <= 8; fromEnd++) {
      const damaged = Buffer.from(zipped);
      damaged.writeUInt8(damaged.readUInt8(damaged.length - fromEnd) ^ 0x40, damaged.length - fromEnd);

      const outcome = await inflate([damaged], MEGABYTE);

      expect(outcome.kind).toBe('broken');
    }
  });

  it('inflates bodies that are large before and after compression', async () => {
    const large = noise(3 * MEGABYTE);

    const outcome = await inflate([gzipSync(large)], large.length);

    expect(outcome.kind === 'ok' && outcome.bytes.equals(large)).toBe(true);
  });

  it('stops a bomb at the limit without allocating what it would become', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MEGABYTE));
    const before = process.memoryUsage().arrayBuffers;

    const outcome = await inflate([bomb], 4 * MEGABYTE);

    expect(outcome.kind).toBe('too_large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MEGABYTE);
  });

  it('does not believe a length field that promises less than comes', async () => {
    const liar = gzipSync(Buffer.alloc(64 * MEGABYTE));
    liar.writeUInt32LE(10, liar.length - 4);

    const outcome = await inflate([liar], MEGABYTE);

    expect(outcome.kind).toBe('too_large');
  });
});

describe('a bounded gunzip stream', () => {
  it('takes in no more than its reader takes out', async () => {
    const stream = createBoundedGunzip(64 * MEGABYTE);
    const input = gzipSync(noise(8 * MEGABYTE));
    let acceptedBytes = 0;

    for (let offset = 0; offset < input.length; offset += 16 * 1024) {
      stream.write(input.subarray(offset, offset + 16 * 1024), () => (acceptedBytes += 16 * 1024));
    }
    // As long as the whole takes where somebody reads.
    await gunzip([input], 64 * MEGABYTE);
    await gunzip([input], 64 * MEGABYTE);

    expect(acceptedBytes).toBeGreaterThan(0);
    expect(acceptedBytes).toBeLessThan(MEGABYTE);
    stream.destroy();
  });

  it('closes when it is destroyed half-way', async () => {
    const stream = createBoundedGunzip(MEGABYTE);
    stream.write(zipped.subarray(0, 12));

    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.destroy();

    await expect(closed).resolves.toBeUndefined();
  });
});
