import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BodyInflater } from './body-inflater.js';
import { BodyMemory } from './body-memory.js';

const PLAIN = Buffer.from('series 1\n'.repeat(1_000));

describe('inflating a body', () => {
  it('holds what the body has, until it is released', async () => {
    const memory = new BodyMemory(1_000_000);

    const body = await new BodyInflater(100_000, memory).inflate([gzipSync(PLAIN)]);

    expect(body.kind).toBe('inflated');
    expect(memory.held).toBe(PLAIN.length);
    if (body.kind === 'inflated') {
      body.release();
      body.release();
    }
    expect(memory.held).toBe(0);
  });

  it('is refused where the memory for bodies has no room for it', async () => {
    const memory = new BodyMemory(PLAIN.length - 1);

    const body = await new BodyInflater(100_000, memory).inflate([gzipSync(PLAIN)]);

    expect(body).toMatchObject({ kind: 'failure', code: 'overloaded' });
    expect(memory.held).toBe(0);
  });

  it('takes a body of several members, whose trailer tells the length of the last alone', async () => {
    const members = [gzipSync(PLAIN), gzipSync(Buffer.from('last 1\n'))];

    const body = await new BodyInflater(100_000, new BodyMemory(1_000_000)).inflate([Buffer.concat(members)]);

    expect(body).toMatchObject({ bytes: Buffer.concat([PLAIN, Buffer.from('last 1\n')]) });
  });

  it.each([
    ['too large', gzipSync(Buffer.alloc(100_001)), 'payload_too_large'],
    ['broken', gzipSync(PLAIN).subarray(0, 40), 'invalid_payload'],
  ])('fails and holds nothing when the body is %s', async (_title, bytes, code) => {
    const memory = new BodyMemory(1_000_000);

    const body = await new BodyInflater(100_000, memory).inflate([bytes]);

    expect(body).toMatchObject({ kind: 'failure', code });
    expect(memory.held).toBe(0);
  });
});
