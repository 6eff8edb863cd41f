import { BoundedWords } from '@app/operations';
import { FAILURE_CODES } from '@app/protocol';
import { describe, expect, it } from 'vitest';
import { agentFailure } from './agent-failure.js';

const OLDER_WORDS = 'Unsuccessful response code 503';
const REASONS = new BoundedWords(2_000);

describe('the failure that an older agent means', () => {
  it.each([
    [404, '', 'path_not_found', 404],
    [404, 'Invalid path: app', 'path_not_found', 404],
    [413, '', 'content_too_large', 413],
    [413, 'Content length 11 exceeds 10', 'content_too_large', 413],
    [408, 'Timeout waiting for 15s', 'upstream_timed_out', 504],
    [408, '', 'upstream_error', 408],
    [408, 'Unsuccessful response code 408', 'upstream_error', 408],
    [503, 'Connection refused', 'target_unreachable', 502],
    [503, '', 'upstream_error', 503],
    [503, OLDER_WORDS, 'upstream_error', 503],
    [500, '', 'upstream_error', 500],
    [401, 'Unsuccessful response code 401', 'upstream_error', 401],
    [599, '', 'upstream_error', 599],
    [301, '', 'upstream_error', 502],
    [100, '', 'upstream_error', 502],
    [0, '', 'upstream_error', 502],
    [600, '', 'upstream_error', 502],
    [-1, '', 'upstream_error', 502],
  ] as const)('by %d "%s" is %s with status %d', (statusCode, reason, code, status) => {
    const answer = agentFailure({ statusCode, reason, code: '' }, 'edge-7', REASONS);

    expect(answer).toMatchObject({ kind: 'failure', code, status });
  });
});

describe('the failure that an agent names', () => {
  it.each([
    ['upstream_timed_out', 408, 504],
    ['target_unreachable', 503, 502],
    ['upstream_error', 503, 503],
    ['upstream_error', 302, 502],
    ['path_not_found', 404, 404],
    ['content_too_large', 413, 413],
    ['invalid_payload', 503, 502],
    ['overloaded', 503, 503],
    ['bad_request', 400, 400],
  ] as const)('%s with %d has status %d', (code, statusCode, status) => {
    const answer = agentFailure({ statusCode, reason: 'words', code }, 'edge-7', REASONS);

    expect(answer).toMatchObject({ code, status });
  });

  it("is not believed where the code is the proxy's own, or none", () => {
    const forged = [...FAILURE_CODES, 'nonsense'].filter(
      (code) =>
        agentFailure({ statusCode: 500, reason: 'words', code }, 'edge-7', REASONS).code ===
          'upstream_error' && code !== 'upstream_error',
    );

    expect(forged).toEqual([
      'invalid_path',
      'method_not_allowed',
      'agent_gone',
      'agent_disconnected',
      'timed_out',
      'payload_too_large',
      'unauthorized',
      'forbidden',
      'proxy_stopping',
      'nonsense',
    ]);
  });
});

describe('the words of a failure', () => {
  it.each([
    [503, 'Connection refused', 'Connection refused (agent edge-7)'],
    [503, OLDER_WORDS, 'the target answered 503 (agent edge-7)'],
    [500, '', 'the target answered 500 (agent edge-7)'],
    [302, '', 'the target answered 302: redirects are not followed (agent edge-7)'],
    [404, '', 'the target answered 404, or the agent does not know the path (agent edge-7)'],
    [413, '', "the target's answer is larger than the agent allows (agent edge-7)"],
  ])('for %d "%s" are "%s"', (statusCode, reason, words) => {
    expect(agentFailure({ statusCode, reason, code: '' }, 'edge-7', REASONS).words).toBe(words);
  });

  it('are kept to their bound, and say that there was more', () => {
    const bounded = new BoundedWords(10);
    const wordsFor = (reason: string): string =>
      agentFailure({ statusCode: 503, reason, code: '' }, 'edge-7', bounded).words;

    expect(wordsFor('x'.repeat(10))).toBe(`${'x'.repeat(10)} (agent edge-7)`);
    expect(wordsFor('x'.repeat(11))).toBe(`${'x'.repeat(10)}… (agent edge-7)`);
    expect(bounded.bound.reached.value).toBe(1);
  });

  it('shows no credentials and no query values of an older agent', () => {
    const reason = 'Timed out: http://user:secret@db1:9100/metrics?token=secret';

    const { words } = agentFailure({ statusCode: 408, reason, code: '' }, 'edge', REASONS);

    expect(words).not.toContain('secret');
    expect(words).toContain('db1:9100/metrics');
  });
});
