import { describe, expect, it } from 'vitest';
import { baseKey } from './base-key.js';
import { bodyId, idFromWire, idToWire } from './body-id.js';

describe('the id of a body', () => {
  it('follows from its bytes alone, and survives the link', () => {
    const id = bodyId(Buffer.from('up 1\n'));

    expect(bodyId(Buffer.from('up 1\n'))).toBe(id);
    expect(bodyId(Buffer.from('up 2\n'))).not.toBe(id);
    expect(idToWire(id)).toHaveLength(8);
    expect(idFromWire(idToWire(id))).toBe(id);
  });

  it.each([0, 7, 9, 1_000])('is none with %d bytes', (byteCount) => {
    expect(idFromWire(Buffer.alloc(byteCount))).toBeUndefined();
  });
});

describe('the key of bases', () => {
  const shape = { path: 'app', accept: 'text/plain', query: '', authorization: '' };

  it.each([
    ['path', { path: 'other' }],
    ['accept', { accept: 'application/openmetrics-text' }],
    ['query', { query: 'name[]=up' }],
    ['authorization', { authorization: 'Bearer one' }],
    ['where one ends and the next begins', { path: '\napp', authorization: '' }],
  ])('is another for another %s', (_what, change) => {
    expect(baseKey({ ...shape, ...change })).not.toBe(baseKey(shape));
    expect(baseKey({ ...shape })).toBe(baseKey(shape));
  });

  it('tells no credential', () => {
    expect(baseKey({ ...shape, authorization: 'Bearer secret' })).not.toContain('secret');
  });
});
