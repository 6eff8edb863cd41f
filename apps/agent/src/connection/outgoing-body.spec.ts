import { expect, test } from 'vitest';
import { OutgoingBody } from './outgoing-body.js';

const sizeOf = (bytes: Buffer): number => bytes.length;

test('a body is in memory once: in its pieces, then in its frame, then nowhere', () => {
  const pieces = [Buffer.alloc(70_000, 1), Buffer.alloc(50_000, 2)];
  const frame = Buffer.allocUnsafeSlow(120_010);
  const body = new OutgoingBody(pieces);

  body.moveTo(frame, 10);

  expect(pieces.map(sizeOf)).toEqual([0, 0]);
  expect([frame[10], frame[70_009], frame[70_010], frame[120_009]]).toEqual([1, 1, 2, 2]);
  expect(body.byteCount).toBe(120_000);

  body.taken();

  expect(frame).toHaveLength(0);
});

test('several pieces of one memory all arrive', () => {
  const read = Buffer.concat([Buffer.alloc(70_000, 1), Buffer.alloc(50_000, 2)]);
  const frame = Buffer.allocUnsafeSlow(120_000);

  new OutgoingBody([read.subarray(0, 70_000), read.subarray(70_000)]).moveTo(frame, 0);

  expect([frame[69_999], frame[70_000], frame[119_999]]).toEqual([1, 2, 2]);
});
