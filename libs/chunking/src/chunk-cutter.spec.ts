import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunk, ChunkCutter, cutChunks } from './index.js';

const bytesOf = (chunks: Chunk[]): Buffer => Buffer.concat(chunks.map((chunk) => chunk.bytes));

describe('cutChunks', () => {
  it.each([
    [0, 4, []],
    [1, 4, [1]],
    [3, 4, [3]],
    [4, 4, [4]],
    [5, 4, [4, 1]],
    [8, 4, [4, 4]],
    [3, 1, [1, 1, 1]],
  ])('cuts %i bytes by %i into chunks of %j', (size, maxChunkBytes, sizes) => {
    const body = Buffer.from(Array.from({ length: size }, (_, i) => i));

    const { chunks, summary } = cutChunks(body, maxChunkBytes);

    expect(chunks.map((chunk) => chunk.byteCount)).toEqual(sizes);
    expect(chunks.map((chunk) => chunk.count)).toEqual(sizes.map((_, i) => i + 1));
    expect(bytesOf(chunks)).toEqual(body);
    expect(summary).toEqual({ chunkCount: sizes.length, byteCount: size, checksum: crc32(body) });
  });

  it('carries the checksum on from chunk to chunk, unsigned', () => {
    const { chunks } = cutChunks(Buffer.from('123456789'), 5);

    expect(chunks.map((chunk) => chunk.checksum)).toEqual([crc32('12345'), 0xcbf43926]);
  });

  it('cuts views of the body, not copies', () => {
    const body = Buffer.alloc(10_000, 'x');

    const { chunks } = cutChunks(body, 4096);

    expect(chunks.map((chunk) => chunk.bytes.buffer)).toEqual([body.buffer, body.buffer, body.buffer]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a chunk size of %d',
    (maxChunkBytes) => {
      expect(() => cutChunks(Buffer.from('x'), maxChunkBytes)).toThrow(RangeError);
    },
  );
});

describe('ChunkCutter', () => {
  it('cuts the same chunks whichever pieces the body comes in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 64 }),
        (parts, maxChunkBytes) => {
          const pieces = parts.map((part) => Buffer.from(part));
          const cutter = new ChunkCutter(maxChunkBytes);

          const chunks = pieces.flatMap((piece) => cutter.push(piece));
          const { last, summary } = cutter.finish();

          expect({ chunks: [...chunks, ...last], summary }).toEqual(
            cutChunks(Buffer.concat(pieces), maxChunkBytes),
          );
        },
      ),
    );
  });

  it('gives a full chunk out with the piece that fills it', () => {
    const cutter = new ChunkCutter(4);

    expect(cutter.push(Buffer.from('abc'))).toEqual([]);
    expect(cutter.push(Buffer.from('d'))).toHaveLength(1);
    expect(cutter.finish().last).toEqual([]);
  });

  it('copies only a chunk that spans pieces', () => {
    const first = Buffer.alloc(100, 'a');
    const second = Buffer.alloc(100, 'b');
    const cutter = new ChunkCutter(40);

    const chunks = [...cutter.push(first), ...cutter.push(second), ...cutter.finish().last];

    const isCopy = chunks.map(({ bytes }) => bytes.buffer !== first.buffer && bytes.buffer !== second.buffer);
    expect(isCopy).toEqual([false, false, true, false, false]);
  });

  it('refuses more after its end', () => {
    const cutter = new ChunkCutter(4);
    cutter.finish();

    expect(() => cutter.push(Buffer.from('x'))).toThrow('already finished');
    expect(() => cutter.finish()).toThrow('already finished');
  });
});
