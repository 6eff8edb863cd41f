import { describe, expect, it } from 'vitest';
import { peerSentences, peerWords } from './peer-words.js';

describe('what a proxy says', () => {
  it.each([
    ['', 0],
    ['a'.repeat(500), 500],
    ['a'.repeat(501), 501],
    ['a'.repeat(4_000_000), 501],
  ])('is kept to 500 characters and a sign that there was more', (words, length) => {
    expect(peerWords(words)).toHaveLength(length);
  });

  it.each([
    [0, 0],
    [10, 10],
    [11, 11],
    [10_000, 11],
  ])('is kept to ten of %d sentences and how many more there are', (count, length) => {
    const sentences = peerSentences(Array.from({ length: count }, (_, index) => `${index}`));

    expect(sentences).toHaveLength(length);
    expect(count <= 10 || sentences.at(-1) === `and ${count - 10} more`).toBe(true);
  });
});
