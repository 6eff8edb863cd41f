import type { ExpectedFailure } from './failed-scrape.js';
import type { Behaviour } from './http-target.js';
import {
  answers,
  diesHalfWay,
  hangs,
  hangsAfterHeaders,
  liesAboutLength,
  neverEnds,
  redirects,
} from './target-behaviours.js';

const MBYTE = 1024 * 1024;

/** A target that fails in one way, and what has to come of it. */
export interface FailingTarget {
  readonly path: string;
  readonly behaviour: Behaviour;
  readonly expected: Omit<ExpectedFailure, 'withinMs'>;
}

/** By what the target does wrong. */
export const FAILING_TARGETS: Readonly<Record<string, FailingTarget>> = {
  'the target says 404': {
    path: 'missing',
    behaviour: answers('secret page\n', { status: 404 }),
    expected: { status: 404, reason: 'path_not_found', phrase: /404/ },
  },
  'the target says 500': {
    path: 'broken',
    behaviour: answers('a stack trace\n', { status: 500 }),
    expected: { status: 500, reason: 'upstream_error', phrase: /500/ },
  },
  'the target says 503': {
    path: 'busy',
    behaviour: answers('', { status: 503 }),
    expected: { status: 503, reason: 'upstream_error', phrase: /503/ },
  },
  'the target says 408': {
    path: 'impatient',
    behaviour: answers('', { status: 408 }),
    expected: { status: 408, reason: 'upstream_error', phrase: /408/ },
  },
  'the target asks for credentials': {
    path: 'locked',
    behaviour: answers('', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } }),
    expected: { status: 401, reason: 'upstream_error', phrase: /401/ },
  },
  'the target redirects': {
    path: 'moved',
    behaviour: redirects('http://127.0.0.1:1/secret'),
    expected: { status: 502, reason: 'upstream_error', phrase: /302/ },
  },
  'the target hangs': {
    path: 'hung',
    behaviour: hangs(),
    expected: { status: 504, reason: 'upstream_timed_out', phrase: /target.*(time|answer|s)/i },
  },
  'the target hangs after its headers': {
    path: 'hung-after-headers',
    behaviour: hangsAfterHeaders(),
    expected: { status: 504, reason: 'upstream_timed_out', phrase: /target/i },
  },
  'the target dies half-way': {
    path: 'dies',
    behaviour: diesHalfWay(Buffer.from('series 1\n'.repeat(1_000))),
    expected: { status: 502, reason: 'target_unreachable', phrase: /\w/ },
  },
  'the target announces more than it sends': {
    path: 'lies',
    behaviour: liesAboutLength(Buffer.from('series 1\n'), 5_000),
    expected: { status: 502, reason: 'target_unreachable', phrase: /\w/ },
  },
  'the target announces a body over the limit of the agent': {
    path: 'oversize',
    behaviour: answers(Buffer.alloc(10 * MBYTE + 1, '#')),
    expected: { status: 413, reason: 'content_too_large', phrase: /10|10485760/ },
  },
  'the target never ends its body': {
    path: 'endless',
    behaviour: neverEnds(),
    expected: { status: 413, reason: 'content_too_large', phrase: /10|10485760/ },
  },
  'the target says gzip and sends something else': {
    path: 'not-gzip',
    behaviour: answers('series 1\n'.repeat(100), { headers: { 'Content-Encoding': 'gzip' } }),
    expected: { status: 502, reason: 'invalid_payload', phrase: /gzip/i },
  },
};
