import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyId } from './body-id.js';
import { applyEdits, edits, exposition } from './testing/edits.js';
import { decodeFrame, encodeFrame, type FrameOutcome } from './zstd-frame.js';

const LIMIT = 10 * 1024 * 1024;
const sizes = fc.oneof(fc.nat(64), fc.nat(4_096), fc.nat(200_000));

const isBody = (outcome: FrameOutcome, body: Buffer): boolean =>
  outcome.kind === 'ok' && outcome.bytes.equals(body);

describe('a body as a frame', () => {
  it('comes back as it was, with a base and without, whatever was edited', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), edits, async (byteCount, seed, changes) => {
        const base = exposition(byteCount, seed);
        const body = applyEdits(base, changes);

        const coded = await decodeFrame(await encodeFrame(body, base), base, LIMIT);
        const whole = await decodeFrame(await encodeFrame(body), undefined, LIMIT);

        expect([isBody(coded, body), isBody(whole, body)]).toEqual([true, true]);
      }),
      { numRuns: 60 },
    );
  });

  it.each([60_000, 600_000])(
    'needs its base no more once coding and decoding %d bytes have begun',
    async (byteCount) => {
      const body = applyEdits(exposition(byteCount, 1), [{ at: 0.5, removed: 3, added: 'changed' }]);
      const [forFrame, forBody] = [exposition(byteCount, 1), exposition(byteCount, 1)].map((bytes) => {
        const base = Buffer.allocUnsafeSlow(bytes.length);
        bytes.copy(base);
        return base;
      }) as [Buffer, Buffer];

      const coding = encodeFrame(body, forFrame);
      (forFrame.buffer as ArrayBuffer).transfer(0);
      const decoding = decodeFrame(await coding, forBody, LIMIT);
      (forBody.buffer as ArrayBuffer).transfer(0);

      expect(isBody(await decoding, body)).toBe(true);
      expect((await coding).length).toBeLessThan(2_000);
    },
  );

  it.each([0, 1, 128 * 1024, 128 * 1024 + 1, 1024 * 1024, 5 * 1024 * 1024])(
    'comes back as it was at %d bytes, after a base of its own size',
    async (byteCount) => {
      const base = exposition(byteCount, 1);
      const body = applyEdits(base, [{ at: 0.5, removed: 3, added: 'changed' }]);

      const frame = await encodeFrame(body, base);

      expect(isBody(await decodeFrame(frame, base, LIMIT), body)).toBe(true);
      expect(frame.length).toBeLessThan(2_000);
    },
  );

  it('is small when little has changed, for a base of any size', async () => {
    const base = exposition(58_000, 7);
    const changes = Array.from({ length: 20 }, (_, at) => ({ at: at / 20, removed: 5, added: '12345' }));

    expect((await encodeFrame(applyEdits(base, changes), base)).length).toBeLessThan(500);
  });

  it('never passes for whole when it was cut short', async () => {
    const base = exposition(20_000, 3);
    const body = applyEdits(base, [{ at: 0.2, removed: 10, added: 'another value' }]);
    const frame = await encodeFrame(body, base);
    await fc.assert(
      fc.asyncProperty(fc.nat(frame.length - 1), async (length) => {
        expect((await decodeFrame(frame.subarray(0, length), base, LIMIT)).kind).toBe('broken');
      }),
    );
  });

  it('is broken, or has another id, when a bit of it was flipped', async () => {
    const base = exposition(20_000, 3);
    const body = applyEdits(base, [{ at: 0.2, removed: 10, added: 'another value' }]);
    const frame = await encodeFrame(body, base);
    await fc.assert(
      fc.asyncProperty(fc.nat(frame.length * 8 - 1), async (bit) => {
        const damaged = Buffer.from(frame);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));

        const outcome = await decodeFrame(damaged, base, LIMIT);

        expect(isBody(outcome, body)).toBe(outcome.kind === 'ok' && bodyId(outcome.bytes) === bodyId(body));
      }),
    );
  });

  it('does not come out as something else that has its id, when another base is used', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20_000), edits, edits, async (byteCount, changes, others) => {
        const base = exposition(byteCount, 5);
        const body = applyEdits(base, changes);
        const otherBase = applyEdits(base, others);

        const outcome = await decodeFrame(await encodeFrame(body, base), otherBase, LIMIT);

        const isTaken = outcome.kind === 'ok' && bodyId(outcome.bytes) === bodyId(body);
        expect(isTaken && !isBody(outcome, body)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused before anything is inflated when it declares more than allowed', async () => {
    const bomb = await encodeFrame(Buffer.alloc(50 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(10_000);

    expect(await decodeFrame(bomb, undefined, LIMIT)).toEqual({
      kind: 'too_large',
      byteCount: 50 * 1024 * 1024,
    });
  });

  it('is stopped where its claim ends when it holds more than it declares', async () => {
    const liar = await encodeFrame(Buffer.alloc(50 * 1024 * 1024));
    const at = liar[4] === 0xa4 ? 5 : 6;
    liar.writeUInt32LE(1_000, at);

    expect((await decodeFrame(liar, undefined, LIMIT)).kind).toBe('broken');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('up 1\nup 2\nup 3\n')],
    ['a frame that does not declare its length', Buffer.from('28b52ffd0058010000', 'hex')],
  ])('is broken when it is %s', async (_what, bytes) => {
    const outcome = await decodeFrame(bytes, undefined, LIMIT);

    expect(outcome.kind).toBe('broken');
  });
});
