import { describe, expect, it } from 'vitest';
import { findNearest } from './nearest.js';

const KEYS = ['http.port', 'http.idleTimeoutSecs', 'agent.port', 'logLevel'];

describe('the nearest known key', () => {
  it.each([
    ['http.prot', 'http.port'],
    ['htp.port', 'http.port'],
    ['HTTP.PORT', 'http.port'],
    ['agentport', 'agent.port'],
    ['http.idleTimeout', 'http.idleTimeoutSecs'],
    ['loglevel', 'logLevel'],
  ])('to %s is %s', (text, nearest) => {
    expect(findNearest(text, KEYS)).toBe(nearest);
  });

  it.each(['', 'x', 'completely.different', 'http'])('to %j is none of them', (text) => {
    expect(findNearest(text, KEYS)).toBeUndefined();
  });
});
