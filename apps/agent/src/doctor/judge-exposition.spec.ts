import { describe, expect, it } from 'vitest';
import { judgeBody, judgeContentType } from './judge-exposition.js';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN = 'application/openmetrics-text; version=1.0.0';

const verdicts = (text: string, type = TEXT, isWhole = true): string[] =>
  judgeBody(text, type, isWhole).map(({ verdict, words }) => `${verdict} ${words}`);

describe('a body', () => {
  it.each([
    ['samples of every form', 'a 1\nb{x="1",y="}\\" "} 2.5e3 1700000000000\nc:d +Inf\n{"e.f",x="1"} NaN\n'],
    ['comments, empty lines and carriage returns', '# HELP a b\n\n# TYPE a counter\r\na 1\r\n'],
    ['exemplars', 'a_bucket{le="1"} 1 # {trace_id="x"} 0.5 1700000000.5\n'],
  ])('may hold %s', (_what, text) => {
    expect(verdicts(text)).toEqual([expect.stringMatching(/^ok \d samples$/)]);
  });

  it.each([
    ['a page for people', '<!DOCTYPE html>\n<p>Login</p>', 'problem is a page for people, not metrics'],
    ['words', 'a 1\nnot found here\n', 'problem line 2 is no sample: "not found here"'],
    ['JSON', '{"status":"up"}\n', 'problem line 1 is no sample: "{\\"status\\":\\"up\\"}"'],
    ['an open label', 'a{x="1} 1\n', 'problem line 1 is no sample: "a{x=\\"1} 1"'],
    ['nothing', '', 'warning holds no sample'],
  ])('that is %s is not one', (_what, text, expected) => {
    expect(verdicts(text)).toEqual([expected]);
  });

  it('should end with a newline, and an OpenMetrics one with # EOF', () => {
    expect(verdicts('a 1')[1]).toBe('warning has no newline; was it cut short?');
    expect(verdicts('a 1\n', OPEN)[1]).toMatch(/^problem is not # EOF/);
    expect(verdicts('a 1\n# EOF\n', OPEN)).toEqual(['ok 1 samples']);
  });

  it('of which only the beginning is there is not judged by its end', () => {
    expect(verdicts('a 1\nb 2\nc{x=', TEXT, false)).toEqual([
      expect.stringMatching(/^ok \d or more samples$/),
    ]);
  });

  it('of a hundred thousand quotes and backslashes is judged in no time', () => {
    const startedAtMs = performance.now();

    verdicts(`a{x="${'\\"'.repeat(100_000)}`);

    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });
});

it.each([
  [TEXT, 'ok'],
  [OPEN, 'ok'],
  ['application/vnd.google.protobuf; proto=x', 'ok'],
  ['text/html', 'problem'],
  ['', 'problem'],
])('a body that is said to be %j is %s', (type, verdict) => {
  expect(judgeContentType(type).verdict).toBe(verdict);
});
