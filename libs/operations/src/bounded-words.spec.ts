import { expect, it } from 'vitest';
import { BoundedWords } from './bounded-words.js';

it.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abcd', 'abc…', 1],
  ['a'.repeat(4_000_000), 'aaa…', 1],
])('words are kept to their bound, and what was cut is counted', (words, kept, reached) => {
  const bounded = new BoundedWords(3);

  expect(bounded.cut(words)).toBe(kept);
  expect(bounded.bound.reached.value).toBe(reached);
});
