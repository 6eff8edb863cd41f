import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { cutChunks, type Chunk } from '@app/chunking';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure } from './scrape-failure.js';
import { BodyMemory } from './body-memory.js';
import {
  BodyTransfer,
  VERIFIED_WHOLE_BYTES,
  type TransferHeader,
  type TransferLimits,
} from './body-transfer.js';

const KIB = 1024;
const UNKNOWN_TIMES = { waitedMicros: 0, targetMicros: 0 };
const MIB = 1024 * KIB;
const GONE = failure('agent_disconnected', 'the agent left');

describe('the transfer of a body in chunks', () => {
  let memory: BodyMemory;

  beforeEach(() => {
    memory = new BodyMemory(8 * MIB);
  });

  const transferOf = (
    header: Partial<TransferHeader> = {},
    limits: Partial<TransferLimits> = {},
  ): BodyTransfer =>
    new BodyTransfer(
      { status: 200, contentType: 'text/plain', isZipped: false, agentTimes: UNKNOWN_TIMES, ...header },
      { maxBytes: 4 * MIB, mayFlow: false, memory, ...limits },
    );
  const send = (transfer: BodyTransfer, chunks: readonly Chunk[]): unknown[] =>
    chunks.map((chunk) => transfer.add(chunk)).filter((problem) => problem !== undefined);

  it('gives the body as it was sent, and holds its bytes until it is released', () => {
    const body = randomBytes(100 * KIB);
    const { chunks, summary } = cutChunks(body, 32 * KIB);
    const transfer = transferOf();

    const problems = [...send(transfer, chunks), transfer.finish(summary)];
    const success = transfer.toSuccess(false);

    expect(problems).toEqual([undefined]);
    expect(success).toMatchObject({ status: 200, contentType: 'text/plain' });
    expect(Buffer.concat(success.body.pieces).equals(body)).toBe(true);
    expect(memory.held).toBe(body.length);
    success.body.release();
    success.body.release();
    expect(memory.held).toBe(0);
  });

  it.each([
    ['gzip when the header says so', true, 'x', 'gzip'],
    ['identity when it says no', false, 'x', 'identity'],
    ['identity when there is nothing to inflate', true, '', 'identity'],
  ] as const)('has the encoding %s', (_title, isZipped, text, encoding) => {
    const { chunks, summary } = cutChunks(Buffer.from(text), 32);
    const transfer = transferOf({ isZipped });

    send(transfer, chunks);
    transfer.finish(summary);

    expect(transfer.toSuccess(false).body.encoding).toBe(encoding);
  });

  it.each([
    ['is damaged', { checksum: 1 }, 'chunk', 'invalid_payload'],
    ['is out of order', { count: 2 }, 'chunk', 'invalid_payload'],
    ['claims more bytes than it has', { byteCount: 11 }, 'chunk', 'invalid_payload'],
  ])('fails when a chunk %s', (_title, spoilt, stage, code) => {
    const [chunk] = cutChunks(Buffer.alloc(10), 10).chunks;
    const transfer = transferOf();

    const problem = transfer.add({ ...chunk!, ...spoilt });

    expect(problem).toMatchObject({ stage, failure: { code } });
  });

  it('fails when the summary says something else', () => {
    const { chunks, summary } = cutChunks(Buffer.alloc(10), 5);
    const transfer = transferOf();
    send(transfer, chunks);

    const problem = transfer.finish({ ...summary, byteCount: 11 });

    expect(problem).toMatchObject({ stage: 'summary', failure: { code: 'invalid_payload' } });
  });

  it('takes as many bytes as it may, and says 413 with the figure at one more', () => {
    const atLimit = cutChunks(Buffer.alloc(100), 50);
    const over = cutChunks(Buffer.alloc(101), 50);

    const fits = send(transferOf({}, { maxBytes: 100 }), atLimit.chunks);
    const problems = send(transferOf({}, { maxBytes: 100 }), over.chunks);

    expect(fits).toEqual([]);
    expect(problems).toMatchObject([
      {
        failure: { code: 'payload_too_large', status: 413, words: expect.stringContaining('100') as string },
      },
    ]);
  });

  it('says overloaded when the memory for bodies is used up, and gives back what it held', () => {
    const { chunks } = cutChunks(Buffer.alloc(100), 50);
    memory = new BodyMemory(60);
    const transfer = transferOf();

    const problems = send(transfer, chunks);
    transfer.drop(GONE);

    expect(problems).toMatchObject([{ stage: 'bound', failure: { code: 'overloaded' } }]);
    expect(memory.held).toBe(0);
  });

  describe('that is large and may flow', () => {
    const body = randomBytes(3 * MIB);
    const { chunks, summary } = cutChunks(body, 32 * KIB);
    const wholeCount = VERIFIED_WHOLE_BYTES / (32 * KIB);

    const flowing = (): { transfer: BodyTransfer; rest: Readable; release: () => void } => {
      const transfer = transferOf({}, { mayFlow: true });
      send(transfer, chunks.slice(0, wholeCount + 1));
      const { body: head } = transfer.toSuccess(true);
      return { transfer, rest: head.rest!, release: () => head.release() };
    };

    it('wants to flow above the size that is verified whole, not at it, and only where it may', () => {
      const transfer = transferOf({}, { mayFlow: true });
      const shared = transferOf();

      send(transfer, chunks.slice(0, wholeCount));
      const atLimit = transfer.wantsToFlow;
      send(transfer, chunks.slice(wholeCount, wholeCount + 1));
      send(shared, chunks);

      expect([atLimit, transfer.wantsToFlow, shared.wantsToFlow]).toEqual([false, true, false]);
    });

    it('is whole when head and rest are joined, of which only the head is held', async () => {
      const transfer = transferOf({}, { mayFlow: true });
      send(transfer, chunks.slice(0, wholeCount + 1));
      const { body: head } = transfer.toSuccess(true);
      const heldBefore = memory.held;

      send(transfer, chunks.slice(wholeCount + 1));
      const problem = transfer.finish(summary);
      const heldAfter = memory.held;
      const received = Buffer.concat([...head.pieces, ...((await head.rest!.toArray()) as Buffer[])]);
      head.release();

      expect([problem, heldAfter, memory.held]).toEqual([undefined, heldBefore, 0]);
      expect(received.equals(body)).toBe(true);
    });

    it('asks to wait while its reader has enough, until it reads', async () => {
      const { transfer, rest, release } = flowing();
      const wasFull = transfer.isReaderFull;
      for (const chunk of chunks.slice(wholeCount + 1, wholeCount + 4)) {
        transfer.add(chunk);
      }
      const isFull = transfer.isReaderFull;
      const ready = transfer.readerReady();

      rest.resume();
      await ready;

      expect([wasFull, isFull]).toEqual([false, true]);
      release();
    });

    it.each([
      ['its reader is gone', (rest: Readable) => rest.destroy()],
      ['its reader breaks', (rest: Readable) => rest.destroy(new Error('broken'))],
    ])('wakes who waits for the reader when %s', async (_title, end) => {
      const { transfer, rest } = flowing();
      send(transfer, chunks.slice(wholeCount + 1, wholeCount + 5));
      const ready = transfer.readerReady();

      end(rest);

      await ready;
      expect(transfer.isReaderFull).toBe(false);
      transfer.drop(GONE);
    });

    it('breaks its reader when it is dropped, so that a part is never taken for the whole', async () => {
      const { transfer, rest, release } = flowing();
      const reading = rest.toArray();

      transfer.drop(GONE);

      await expect(reading).rejects.toMatchObject({ because: GONE });
      release();
      expect(memory.held).toBe(0);
    });
  });
});
