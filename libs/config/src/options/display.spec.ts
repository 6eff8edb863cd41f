import { describe, expect, it } from 'vitest';
import { displayValue } from './display.js';

describe('a value as it is shown', () => {
  it.each([
    ['abc', '"abc"'],
    ['a"b\n', '"a\\"b\\n"'],
    ['http://h:1/m', '"http://h:1/m"'],
    ['http://me:s3cret@h:1/m?token=s3cret', '"http://***@h:1/m?***"'],
    ['http://me:s3/c@ret@h', '"http://***@h"'],
    ['me:s3cret@h,me:s3cret@i', '"***@i"'],
    ['x?a=s3cret', '"x?***"'],
  ])('has no credentials and no query: %s', (text, shown) => {
    expect(displayValue(text)).toBe(shown);
  });

  it('is cut when it is long', () => {
    expect(displayValue('x'.repeat(1000))).toBe(`"${'x'.repeat(100)}…"`);
  });
});
