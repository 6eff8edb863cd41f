import { describe, expect, it } from 'vitest';
import { formatBytes, formatMillis, moment, plural } from './formats.js';

describe('figures on the dashboard', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [10_650, '10.4 KiB'],
    [5 * 1024 ** 2, '5.0 MiB'],
    [2048 * 1024 ** 3, '2048.0 GiB'],
  ])('write %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0.42, '0.4 ms'],
    [9.99, '10.0 ms'],
    [48.4, '48 ms'],
    [2310, '2.31 s'],
  ])('write %d milliseconds as %s', (millis, text) => {
    expect(formatMillis(millis)).toBe(text);
  });

  it('count things', () => {
    expect([plural(0, 'path'), plural(1, 'path'), plural(1204, 'path')]).toEqual([
      '0 paths',
      '1 path',
      '1,204 paths',
    ]);
  });

  it('tell a moment on the clock, with its date when that is long ago', () => {
    const atMs = Date.UTC(2026, 10, 25, 20, 18, 52);

    expect(String(moment(atMs))).toContain('>20:18:52</time>');
    expect(String(moment(atMs, true))).toContain('>2026-11-25 20:18</time>');
  });
});
