import { expect } from 'vitest';
import type { FailureCode } from '@app/protocol';
import type { ScrapeResult } from './scrape.js';

/** What a failed scrape has to look like. */
export interface ExpectedFailure {
  readonly status: number;
  readonly reason: FailureCode;
  /** Something a person would look for in the reason phrase. */
  readonly phrase: RegExp;
  /** The deadline the scraper gave. */
  readonly withinMs: number;
}

const PRINTABLE_ASCII = /^[\x20-\x7e]{1,200}$/;

/** Check everything an operator and Prometheus see of a failure: status, phrase, code word, words and time. */
export function expectFailure(result: ScrapeResult, expected: ExpectedFailure): void {
  const seen = { status: result.status, reason: result.headers['x-proxy-reason'] };
  const words = `${result.statusMessage}\n${result.body.toString()}`;
  expect(seen, words).toEqual({ status: expected.status, reason: expected.reason });
  expect(result.statusMessage).toMatch(PRINTABLE_ASCII);
  expect(result.statusMessage).toMatch(expected.phrase);
  expect(result.durationMs).toBeLessThanOrEqual(expected.withinMs);
  expect(result.isWhole).toBe(true);
  expect(result.headers['content-type']).toMatch(/^text\/plain\b/);
  expect(result.body.toString('utf8')).toMatch(expected.phrase);
}
