import { describe, expect, it } from 'vitest';
import { BodyMemory } from './body-memory.js';

describe('the memory for bodies', () => {
  it('is given up to its last byte, and not one more', () => {
    const memory = new BodyMemory(100);

    const outcomes = [memory.reserve(60), memory.reserve(40), memory.reserve(1)];

    expect(outcomes).toEqual([true, true, false]);
    expect([memory.held, memory.bound.reached.value]).toEqual([100, 1]);
  });

  it('takes nothing when there is no room', () => {
    const memory = new BodyMemory(100);
    memory.reserve(50);

    memory.reserve(51);

    expect(memory.held).toBe(50);
  });

  it('can be given again once it is released', () => {
    const memory = new BodyMemory(100);
    memory.reserve(100);

    memory.release(100);

    expect([memory.held, memory.reserve(100)]).toEqual([0, true]);
  });

  it('always has room for nothing', () => {
    const memory = new BodyMemory(0);

    expect([memory.reserve(0), memory.reserve(1)]).toEqual([true, false]);
  });

  it('is given back with the bytes themselves when they are used up, and only then', () => {
    const memory = new BodyMemory(1_000_000);
    const pieces = [Buffer.alloc(100_000), Buffer.alloc(100_000)];
    memory.reserve(400_000);

    memory.releaser(200_000, pieces)();
    expect([memory.held, ...pieces.map(({ length }) => length)]).toEqual([200_000, 100_000, 100_000]);

    const release = memory.releaser(200_000, pieces);
    release(true);
    release(true);
    expect([memory.held, ...pieces.map(({ length }) => length)]).toEqual([0, 0, 0]);
  });
});
