import { describe, expect, it } from 'vitest';
import { PeerWords } from './peer-words.js';

describe('what a proxy says', () => {
  it.each([
    ['a'.repeat(500), 'a'.repeat(500)],
    ['a'.repeat(501), `${'a'.repeat(500)}…`],
    ['a'.repeat(4_000_000), `${'a'.repeat(500)}…`],
  ])('is kept to its bound, and the rest of an answer as it is', (words, kept) => {
    const answer = { valid: false, reason: words, version: words, warnings: [words], pathId: 7 };

    expect(new PeerWords(500).within(answer)).toEqual({
      valid: false,
      reason: kept,
      version: kept,
      warnings: [kept],
      pathId: 7,
    });
  });

  it('is added to no answer that has no words', () => {
    expect(new PeerWords(500).within({})).toEqual({});
  });

  it.each([
    [0, 0],
    [10, 10],
    [11, 11],
    [10_000, 11],
  ])('is kept to ten of %d sentences and how many more there are', (count, length) => {
    const warnings = Array.from({ length: count }, (_, index) => `${index}`);

    const { warnings: kept } = new PeerWords(500).within({ warnings });

    expect(kept).toHaveLength(length);
    expect(count <= 10 || kept?.at(-1) === `and ${count - 10} more`).toBe(true);
  });
});
