import { describe, expect, it } from 'vitest';
import { answerWithin } from './answer-within.js';

describe('an answer within a time', () => {
  it('is given at once where it is there at once', () => {
    expect(answerWithin(() => 7, 1)).toBe(7);
  });

  it('is waited for', async () => {
    await expect(answerWithin(async () => 7, 1_000)).resolves.toBe(7);
  });

  it('that does not come aborts the signal and rejects, in words', async () => {
    let given: AbortSignal | undefined;
    const never = (signal: AbortSignal): Promise<never> => {
      given = signal;
      return new Promise(() => undefined);
    };

    await expect(answerWithin(never, 10)).rejects.toThrow('no answer within 0.01 s');
    expect(given?.aborted).toBe(true);
  });
});
