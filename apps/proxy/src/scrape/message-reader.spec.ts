import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServerReadableStream } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { readMessages } from './message-reader.js';

test('a burst of messages leaves others a turn after every 16', async () => {
  const call = Readable.from(numbers(100));
  const taken: number[] = [];
  const closed = Promise.withResolvers<void>();
  readMessages(call as ServerReadableStream<number, unknown>, {
    onMessage: (message) => void taken.push(message),
    onHalfClose: () => undefined,
    onClosed: closed.resolve,
  });

  const takenByTurn = [0];
  while (taken.length < 100) {
    await nextTurn();
    takenByTurn.push(taken.length);
  }
  await closed.promise;

  const steps = takenByTurn.slice(1).map((count, at) => count - (takenByTurn[at] ?? 0));
  expect(Math.max(...steps)).toBe(16);
  expect(taken).toEqual(numbers(100));
});

test('nothing is read while the one before is being handled', async () => {
  const call = Readable.from(numbers(3));
  const gates = numbers(3).map(() => Promise.withResolvers<void>());
  const taken: number[] = [];
  const closed = Promise.withResolvers<void>();
  readMessages(call as ServerReadableStream<number, unknown>, {
    onMessage: (message) => {
      taken.push(message);
      return gates[message]?.promise;
    },
    onHalfClose: () => undefined,
    onClosed: closed.resolve,
  });

  const seen: number[][] = [];
  for (const gate of gates) {
    await nextTurn();
    seen.push([...taken]);
    gate.resolve();
  }
  await closed.promise;

  expect(seen).toEqual([[0], [0, 1], [0, 1, 2]]);
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
