import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import {
  batchDefinition,
  MessageBatch,
  packageDefinition,
  type ProtoGrpcType,
  type ScrapeResponseInit,
} from '@app/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ProxyScript } from '../testing/proxy-script.js';
import { openProxy } from '../testing/stage.js';
import { GrpcWriteStream } from './grpc-write-stream.js';

const { ProxyService } = loadPackageDefinition(
  batchDefinition(packageDefinition),
) as unknown as ProtoGrpcType;

/** A stream of answers to a proxy, and how many messages went out together each time. */
async function openStream(script?: ProxyScript) {
  const proxy = await openProxy(script);
  const client = new ProxyService(`127.0.0.1:${proxy.port}`, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
  });
  onTestFinished(() => client.close());
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const call = client.writeResponsesToProxy(() => resolve(undefined));
  const together: number[] = [];
  const write = (message: object, onTaken: (error?: Error | null) => void): void => {
    together.push(message instanceof MessageBatch ? message.messages.length : 1);
    call.write(message, onTaken);
  };
  const counted = Object.assign(Object.create(call) as typeof call, { write });
  const stream = new GrpcWriteStream<ScrapeResponseInit>(counted, promise, {
    sizeOf: ({ contentAsText = '' }) => contentAsText.length,
    onSent: () => undefined,
  });
  return { proxy, stream, together, read: () => proxy.responses.map(({ scrapeId }) => scrapeId) };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

test('messages that come while the link takes one go out together, and arrive one by one, in order', async () => {
  const { stream, together, read } = await openStream();

  const taken = await Promise.all(numbers(40).map((scrapeId) => stream.write({ scrapeId })));
  stream.halfClose();
  await stream.ended;

  expect(taken).not.toContain(false);
  expect(together).toEqual([1, 16, 16, 7]);
  expect(read()).toEqual(numbers(40));
});

test('a large message goes out by itself, and small ones together up to the size of one', async () => {
  const { stream, together, read } = await openStream();
  const sizes = [1, 30_000, 30_000, 30_000, 100_000, 1, 1];

  await Promise.all(
    sizes.map((size, at) => stream.write({ scrapeId: at + 1, contentAsText: 'x'.repeat(size) })),
  );

  expect(together).toEqual([1, 2, 1, 1, 2]);
  await vi.waitFor(() => expect(read()).toEqual(numbers(7)));
});

test('what waits when the stream is half-closed still goes out, and nothing after it', async () => {
  const { stream, read } = await openStream();

  const before = numbers(20).map((scrapeId) => stream.write({ scrapeId }));
  stream.halfClose();
  const after = stream.write({ scrapeId: 21 });
  await stream.ended;

  expect(await Promise.all(before)).not.toContain(false);
  expect(await after).toBe(false);
  expect(read()).toEqual(numbers(20));
});

test('when the stream ends, none that waits is taken', async () => {
  const { proxy, stream } = await openStream({ leavesAnswersUnread: true });
  const contentAsText = 'x'.repeat(1_000_000);
  const writes = numbers(20).map((scrapeId) => stream.write({ scrapeId, contentAsText }));
  await vi.waitFor(() => expect(proxy.calls).toEqual(['writeResponsesToProxy']));

  proxy.failWriteStreams();
  await stream.ended;

  expect((await Promise.all(writes)).at(-1)).toBe(false);
  expect(await stream.write({ scrapeId: 21 })).toBe(false);
});
