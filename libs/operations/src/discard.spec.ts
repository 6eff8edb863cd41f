import { expect, test } from 'vitest';
import { discard } from './discard.js';

test('discarded bytes are empty, and their memory is not counted any more', () => {
  const before = process.memoryUsage().arrayBuffers;
  const bytes = Buffer.allocUnsafe(50_000_000);
  expect(process.memoryUsage().arrayBuffers).toBeGreaterThanOrEqual(before + 50_000_000);

  discard([bytes]);

  expect(bytes).toHaveLength(0);
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(before + 50_000_000);
});

test('pieces of one memory are discarded with it, where they are most of it', () => {
  const read = Buffer.allocUnsafeSlow(100_000);
  const other = Buffer.allocUnsafeSlow(70_000);

  discard([read.subarray(300, 40_000), read.subarray(40_010, 80_000), other]);

  expect([read.length, other.length]).toEqual([0, 0]);
});

test('what is discarded already stays so', () => {
  const bytes = Buffer.allocUnsafeSlow(100_000);
  discard([bytes]);

  expect(() => discard([bytes])).not.toThrow();
});

test('a small part of some memory is left alone, for the rest may be of others', () => {
  const read = Buffer.allocUnsafeSlow(100_000);

  discard([read.subarray(0, 40_000)]);

  expect(read).toHaveLength(100_000);
});

test('the pool of Node.js is left alone, however many slices of it come together', () => {
  const others = Buffer.from('up 1\n');
  const slices = Array.from({ length: 1_000 }, (_, at) =>
    Buffer.from(`slice ${at} of many that are in the pool`),
  );

  discard(slices);

  expect(slices.every((slice, at) => slice.toString().startsWith(`slice ${at} `))).toBe(true);
  expect(others.toString()).toBe('up 1\n');
});

test('memory that is shared with another thread is left alone', () => {
  const bytes = Buffer.from(new SharedArrayBuffer(100_000));

  discard([bytes]);

  expect(bytes).toHaveLength(100_000);
});
