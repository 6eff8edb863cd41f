import { describe, expect, it } from 'vitest';
import { CAPABILITIES, FAILURE_CODES, parseCapabilities, parseFailureCode } from './index.js';

describe('parseCapabilities', () => {
  it('keeps the words known here', () => {
    expect([...parseCapabilities(['draining', 'a-later-word', 'scrape-budget', 'draining'])].sort()).toEqual([
      'draining',
      'scrape-budget',
    ]);
  });

  it('finds none in an older peer', () => {
    expect(parseCapabilities([]).size).toBe(0);
  });

  it('knows every word that is announced', () => {
    expect([...parseCapabilities(CAPABILITIES)]).toEqual([...CAPABILITIES]);
  });
});

describe('parseFailureCode', () => {
  it.each([...FAILURE_CODES])('knows %s', (code) => {
    expect(parseFailureCode(code)).toBe(code);
  });

  it.each(['', 'Timed_Out', 'timed_out ', 'constructor'])('knows no %j', (word) => {
    expect(parseFailureCode(word)).toBeUndefined();
  });
});
