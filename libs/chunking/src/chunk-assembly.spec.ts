import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunk, ChunkAssembly, type ChunkProblem, cutChunks, type Summary } from './index.js';

/** What a receiver makes of a whole transfer: its body, or the first problem. */
function assemble(chunks: Chunk[], summary: Summary, maxBytes = 1_000_000): Buffer | ChunkProblem {
  const assembly = new ChunkAssembly(maxBytes);
  for (const chunk of chunks) {
    const problem = assembly.add(chunk);
    if (problem !== undefined) {
      return problem;
    }
  }
  return assembly.finish(summary) ?? Buffer.concat(assembly.takePieces());
}

/** A body, how it was cut, and the transfer that came of it. */
const transfers = fc
  .record({
    body: fc.uint8Array({ minLength: 1, maxLength: 4000 }).map((bytes) => Buffer.from(bytes)),
    maxChunkBytes: fc.integer({ min: 1, max: 2000 }),
  })
  .filter(({ body, maxChunkBytes }) => body.length / maxChunkBytes < 500)
  .map(({ body, maxChunkBytes }) => ({ body, ...cutChunks(body, maxChunkBytes) }));

const otherThan = (value: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: -1, max: 5000 }), fc.nat(0xffffffff)).filter((other) => other !== value);

describe('ChunkAssembly', () => {
  it('gives back any body that was cut into chunks of any size', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8000 }), fc.integer({ min: 1, max: 9000 }), (bytes, size) => {
        const body = Buffer.from(bytes);
        fc.pre(body.length / size < 500);
        const { chunks, summary } = cutChunks(body, size);

        expect(assemble(chunks, summary, body.length)).toEqual(body);
      }),
    );
  });

  it('finds any single damaged byte', () => {
    fc.assert(
      fc.property(
        transfers,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (transfer, which, at, flip) => {
          const index = which % transfer.chunks.length;
          const chunks = transfer.chunks.map((chunk) => ({ ...chunk, bytes: Buffer.from(chunk.bytes) }));
          const bytes = chunks[index]?.bytes ?? Buffer.alloc(0);
          bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ flip, at % bytes.length);

          const problem = assemble(chunks, transfer.summary);

          expect(problem).toMatchObject({
            kind: 'corrupt',
            stage: 'chunk',
            detail: expect.stringMatching(
              `^Chunk checksum mismatch for chunk ${index + 1}: expected \\d+, got \\d+$`,
            ),
          });
        },
      ),
    );
  });

  it.each(['count', 'byteCount', 'checksum'] as const)('finds any wrong %s of any chunk', (field) => {
    fc.assert(
      fc.property(transfers, fc.nat(), fc.gen(), ({ chunks, summary }, which, gen) => {
        const index = which % chunks.length;
        const wrong = chunks.map((chunk, i) =>
          i === index ? { ...chunk, [field]: gen(otherThan, chunk[field]) } : chunk,
        );

        expect(assemble(wrong, summary)).toMatchObject({ kind: 'corrupt', stage: 'chunk' });
      }),
    );
  });

  it.each(['chunkCount', 'byteCount', 'checksum'] as const)('finds any wrong %s of the summary', (field) => {
    fc.assert(
      fc.property(transfers, fc.gen(), ({ chunks, summary }, gen) => {
        const wrong = { ...summary, [field]: gen(otherThan, summary[field]) };

        expect(assemble(chunks, wrong)).toMatchObject({ kind: 'corrupt', stage: 'summary' });
      }),
    );
  });

  it('finds a chunk that is missing, doubled or out of order', () => {
    const { chunks, summary } = cutChunks(Buffer.from('abcdefgh'), 3);
    const [first, second, third] = chunks as [Chunk, Chunk, Chunk];

    expect(assemble([first, third], summary)).toMatchObject({
      stage: 'chunk',
      detail: 'Chunk count mismatch: expected 2, got 3',
    });
    expect(assemble([first, first, second, third], summary)).toMatchObject({
      detail: 'Chunk count mismatch: expected 2, got 1',
    });
    expect(assemble([first, second], summary)).toMatchObject({
      stage: 'summary',
      detail: 'Summary chunk count mismatch: expected 2, got 3',
    });
  });

  it('says what of a summary is wrong', () => {
    const { chunks, summary } = cutChunks(Buffer.from('123456789'), 100);

    expect(assemble(chunks, { ...summary, byteCount: 8 })).toMatchObject({
      detail: 'Summary byte count mismatch: expected 9, got 8',
    });
    expect(assemble(chunks, { ...summary, checksum: 1 })).toMatchObject({
      detail: 'Summary checksum mismatch: expected 3421780262, got 1',
    });
  });

  it('accepts a body without chunks', () => {
    expect(assemble([], { chunkCount: 0, byteCount: 0, checksum: 0 })).toEqual(Buffer.alloc(0));
  });

  it('counts only the announced bytes of a chunk', () => {
    const chunk = { count: 1, byteCount: 3, checksum: crc32('abc'), bytes: Buffer.from('abcdef') };

    expect(assemble([chunk], { chunkCount: 1, byteCount: 3, checksum: crc32('abc') })).toEqual(
      Buffer.from('abc'),
    );
  });

  it.each([4, -1, 1.5])('refuses %d bytes announced for three', (byteCount) => {
    const chunk = { count: 1, byteCount, checksum: crc32('abc'), bytes: Buffer.from('abc') };

    expect(new ChunkAssembly(100).add(chunk)).toEqual({
      kind: 'corrupt',
      stage: 'chunk',
      detail: `chunkByteCount (${byteCount}) is invalid for data size (3)`,
      isAbandoned: false,
    });
  });

  it('accepts a body of exactly the limit and refuses one byte more, whatever else is wrong with it', () => {
    const { chunks, summary } = cutChunks(Buffer.alloc(10, 'x'), 4);
    const unchecked = chunks.map((chunk) => ({ ...chunk, checksum: 1, count: 7 }));
    const assembly = new ChunkAssembly(3);

    expect(assemble(chunks, summary, 10)).toHaveLength(10);
    expect(assemble(chunks, summary, 9)).toMatchObject({ kind: 'too_large', stage: 'chunk' });
    expect(assembly.add(unchecked[0] as Chunk)).toMatchObject({
      kind: 'too_large',
      detail: 'Zipped content size 4 exceeds maximum allowed size 3',
    });
  });

  it('refuses any byte when the limit is zero, and accepts a chunk of none', () => {
    const empty = { count: 1, byteCount: 0, checksum: 0, bytes: Buffer.alloc(0) };
    const [chunk] = cutChunks(Buffer.from('x'), 1).chunks as [Chunk];

    expect(new ChunkAssembly(0).add(chunk)).toMatchObject({ kind: 'too_large' });
    expect(assemble([empty], { chunkCount: 1, byteCount: 0, checksum: 0 }, 0)).toEqual(Buffer.alloc(0));
  });

  it('knows a transfer that its sender gave up', () => {
    const { chunks } = cutChunks(Buffer.from('abcdef'), 3);

    expect(assemble(chunks, { chunkCount: 0, byteCount: 0, checksum: 0 })).toEqual({
      kind: 'corrupt',
      stage: 'summary',
      detail: 'Chunked transfer abandoned by its sender after 2 chunks',
      isAbandoned: true,
    });
  });

  it('stays with its first problem and gives no bytes out', () => {
    const { chunks, summary } = cutChunks(Buffer.from('abcdef'), 3);
    const [first, second] = chunks as [Chunk, Chunk];
    const assembly = new ChunkAssembly(100);
    assembly.add(first);

    const problem = assembly.add({ ...second, count: 9 });

    expect(problem).toBeDefined();
    expect(assembly.add(second)).toBe(problem);
    expect(assembly.finish(summary)).toBe(problem);
    expect(assembly.takePieces()).toEqual([]);
    expect(assembly.byteCount).toBe(3);
  });

  it('accepts nothing after a good summary', () => {
    const { chunks, summary } = cutChunks(Buffer.from('abc'), 3);
    const [first] = chunks as [Chunk];
    const assembly = new ChunkAssembly(100);
    assembly.add(first);
    assembly.finish(summary);

    expect(assembly.add({ ...first, count: 2 })).toMatchObject({
      detail: 'Unexpected chunk after the summary',
    });
  });

  it('hands over a body while it flows and still checks all of it', () => {
    const body = Buffer.alloc(100_000, 'abcdefg');
    const { chunks, summary } = cutChunks(body, 32 * 1024);
    const assembly = new ChunkAssembly(body.length);

    const taken = chunks.map((chunk) => {
      assembly.add(chunk);
      return assembly.takePieces();
    });

    expect(assembly.finish(summary)).toBeUndefined();
    expect(taken.map((pieces) => pieces.length)).toEqual(chunks.map(() => 1));
    expect(Buffer.concat(taken.flat()).equals(body)).toBe(true);
    expect([assembly.byteCount, assembly.chunkCount]).toEqual([100_000, 4]);
    expect(assembly.takePieces()).toEqual([]);
  });

  it('keeps views of what came', () => {
    const { chunks, summary } = cutChunks(Buffer.alloc(64 * 1024, 'x'), 32 * 1024);
    const assembly = new ChunkAssembly(64 * 1024);
    chunks.forEach((chunk) => assembly.add(chunk));
    assembly.finish(summary);

    const pieces = assembly.takePieces();

    expect(pieces.map((piece) => piece.buffer)).toEqual(chunks.map((chunk) => chunk.bytes.buffer));
  });

  it('holds memory in proportion to the body, however it was cut', () => {
    const body = Buffer.alloc(200_000, 'abc');
    const assembly = new ChunkAssembly(body.length);
    for (const chunk of cutChunks(body, 1).chunks) {
      assembly.add({ ...chunk, bytes: Buffer.concat([chunk.bytes], 100) });
    }

    const pieces = assembly.takePieces();

    const kept = new Set(pieces.map((piece) => piece.buffer));
    const keptBytes = [...kept].reduce((sum, buffer) => sum + buffer.byteLength, 0);
    expect(Buffer.concat(pieces).equals(body)).toBe(true);
    expect(pieces.length).toBeLessThan(20);
    expect(keptBytes).toBeLessThan(2 * body.length);
  });

  it('does not keep a large message alive for a small part of it', () => {
    const bytes = Buffer.alloc(1_000_000, 'x');
    const assembly = new ChunkAssembly(1_000_000);

    assembly.add({ count: 1, byteCount: 2000, checksum: crc32(bytes.subarray(0, 2000)), bytes });

    expect(assembly.takePieces()[0]?.buffer.byteLength).toBeLessThan(100_000);
  });
});
