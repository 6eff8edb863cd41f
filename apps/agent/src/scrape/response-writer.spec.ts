import { Cancellation } from '@app/deadlines';
import { expect, test, vi } from 'vitest';
import { FakeStream } from '../testing/fake-proxy-clients.js';
import { BodyBrokenError } from './fetch-outcome.js';
import { LargeBodyGate } from './large-body-gate.js';
import { type ResponseStreams, ResponseWriter } from './response-writer.js';
import { agentFailure, type LinkBody, type ScrapeAnswer } from './scrape-result.js';

const address = { agentId: 'agent-1', scrapeId: 0 };

/** A stream that ended before anything was written. */
class EndedStream extends FakeStream {
  override write(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

/** A body's own stream, whose proxy reads to the end. */
class ReadStream extends FakeStream {
  override halfClose(): void {
    super.halfClose();
    this.end();
  }
}

function setUp(
  streams: Partial<Record<'responses' | 'chunks' | 'own', FakeStream>> = {},
  gate = new LargeBodyGate(1),
) {
  const { responses = new FakeStream(), chunks = new FakeStream(), own = new ReadStream() } = streams;
  const types: string[] = [];
  const writer = new ResponseWriter({ chunkBytes: 10, ownCallBytes: 25 }, gate, (type) => types.push(type));
  const ways: ResponseStreams = {
    responses,
    chunks,
    openBodyStream: () => own,
    known: { hasFailureCodes: true, hasTimes: true, takesWholeBodies: false, takesHeaders: false },
  };
  return { writer, ways, types, responses, chunks, own };
}

function answer(body: LinkBody, cancellation = new Cancellation()): ScrapeAnswer {
  return {
    kind: 'answered',
    statusCode: 200,
    contentType: 'text/plain',
    url: '',
    body,
    cancellation,
    release: () => undefined,
  };
}

function gzipBody(...sizes: number[]): LinkBody {
  const pieces = sizes.map((size) => Buffer.alloc(size));
  return { kind: 'gzip', pieces, byteCount: sizes.reduce((sum, size) => sum + size, 0) };
}

function chunkSizes(stream: FakeStream): (number | string)[] {
  return stream.written.map((message) => {
    const { header, chunk } = message as { header?: unknown; chunk?: { chunkByteCount: number } };
    return header ? 'header' : (chunk?.chunkByteCount ?? 'summary');
  });
}

test('gzip of any size below the large one goes in one message to a proxy that takes it', async () => {
  const { writer, ways, types, responses, chunks } = setUp();

  await writer.write(address, answer(gzipBody(4, 20)), {
    ...ways,
    known: { ...ways.known, takesWholeBodies: true },
  });

  expect(types).toEqual(['gzipped']);
  expect(responses.written).toMatchObject([{ zipped: true, zippedBody: { byteCount: 24 } }]);
  expect(chunks.written).toEqual([]);
});

test.each([
  ['below the chunk size', gzipBody(4, 5), 'gzipped', 1, []],
  ['of the chunk size', gzipBody(4, 6), 'chunked', 0, ['header', 10, 'summary']],
  ['below the large size', gzipBody(24), 'chunked', 0, ['header', 10, 10, 4, 'summary']],
])('gzip %s goes on the shared streams', async (_name, body, type, responseCount, sizes) => {
  const { writer, ways, types, responses, chunks } = setUp();

  await writer.write(address, answer(body), ways);

  expect(types).toEqual([type]);
  expect(responses.written).toHaveLength(responseCount);
  expect(chunkSizes(chunks)).toEqual(sizes);
});

test('gzip of the large size goes on a stream of its own, which is ended', async () => {
  const { writer, ways, types, chunks, own } = setUp();

  await writer.write(address, answer(gzipBody(25)), ways);

  expect(types).toEqual(['chunked']);
  expect(chunkSizes(own)).toEqual(['header', 10, 10, 5, 'summary']);
  expect(own.isHalfClosed).toBe(true);
  expect(chunks.written).toEqual([]);
});

test.each([
  ['a failure', agentFailure('overloaded', 'too much')],
  ['text', answer({ kind: 'text', text: 'up 1', byteCount: 4 })],
  ['gzip', answer(gzipBody(5))],
  ['chunks', answer(gzipBody(15))],
  ['a large body', answer(gzipBody(30))],
])('what the link does not take is counted as dropped: %s', async (_name, result) => {
  const ended = { responses: new EndedStream(), chunks: new EndedStream(), own: new EndedStream() };
  const { writer, ways, types } = setUp(ended);

  await writer.write(address, result, ways);

  expect(types).toEqual(['dropped']);
});

test('a body that breaks off cancels its stream instead of ending it', async () => {
  async function* breaking(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(30);
    throw new BodyBrokenError('target_unreachable', 'gone');
  }
  const { writer, ways, types, own } = setUp();

  await writer.write(address, answer({ kind: 'flow', pieces: breaking() }), ways);

  expect([own.isHalfClosed, own.isCancelled, types]).toEqual([false, true, ['dropped']]);
});

test('a large body that finds no place in time is answered with a failure', async () => {
  const gate = new LargeBodyGate(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const busy = gate.run(new Cancellation(), () => promise);
  const { writer, ways, responses, types } = setUp({}, gate);
  const cancellation = new Cancellation();

  const written = writer.write(address, answer(gzipBody(30), cancellation), ways);
  cancellation.cancel();
  await written;

  expect(responses.written).toMatchObject([
    { validResponse: false, statusCode: 503, failureCode: 'overloaded' },
  ]);
  expect(types).toEqual(['dropped']);
  resolve();
  await busy;
});

test('a chunk is written when the one before it was taken', async () => {
  const taken: ((isTaken: boolean) => void)[] = [];
  class SlowStream extends ReadStream {
    override write(message: unknown): Promise<boolean> {
      this.written.push(message);
      return new Promise((resolve) => taken.push(resolve));
    }
  }
  const own = new SlowStream();
  const { writer, ways } = setUp({ own });

  const written = writer.write(address, answer(gzipBody(25)), ways);
  const counts: number[] = [];
  for (let message = 0; message < 5; message += 1) {
    await vi.waitFor(() => expect(taken).toHaveLength(message + 1));
    counts.push(own.written.length);
    taken[message]?.(true);
  }
  await written;

  expect(counts).toEqual([1, 2, 3, 4, 5]);
});
