import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { explainConnectProblem, explainInterference } from './connect-problem.js';

const IN_A_YEAR = new Date(Date.now() + 365 * 24 * 3_600_000);
const LONG_AGO = new Date('2001-02-03T04:05:06Z');

/** As grpc-js says it. */
const lastError = (words: string): string =>
  `No connection established. Last error: ${words}. Resolution note: `;

function explain(words: string, isEncrypted: boolean, ownValidTo?: Date): string {
  const problem = { code: status.UNAVAILABLE, words: lastError(words) };
  return explainConnectProblem(problem, { isEncrypted, ownValidTo }, 10_000).words;
}

const CLOSED = 'Failed to connect (2026-11-23T08:15:29.936Z)';
const PLAIN_ANSWER =
  'Error: 40ED6594597F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/tlsany_meth.c:77:\n';
const REQUIRED =
  '40ED:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../rec_layer_s3.c:918:SSL alert number 116\n (2026-11-23T08:15:29.978Z)';
const UNKNOWN_CA =
  '40ED:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../rec_layer_s3.c:918:SSL alert number 48\n';
const UNTRUSTED =
  'Error: unable to verify the first certificate; if the root CA is installed locally, try running Node.js with --use-system-ca';
const MISNAMED =
  "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: foo.example. is not in the cert's altnames: DNS:proxy.example, IP Address:127.0.0.1";
const MISNAMED_ADDRESS =
  "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: ";

describe('a dial that failed over TLS says', () => {
  test.each([
    [
      'that the port speaks plain text',
      PLAIN_ANSWER,
      /answers in plain text, but TLS is on here \(agent\.tls\)$/,
    ],
    [
      'that a client certificate is asked for',
      REQUIRED,
      /^the proxy asks for a client certificate, .* has none \(agent/,
    ],
    [
      'that one may be asked for',
      CLOSED,
      /^the proxy closed the connection and may ask for a client certificate/,
    ],
    [
      'that the authority is unknown',
      UNTRUSTED,
      /not signed by an authority that this agent trusts \(agent\.tls\.trust/,
    ],
    ['that it is nobody else’s', 'Error: self-signed certificate', /not signed by an authority/],
    [
      'that the certificate is too old',
      'Error: certificate has expired',
      /^the certificate of the proxy has expired$/,
    ],
    ['that it is too new', 'Error: certificate is not yet valid', /not valid yet; is the clock right\?$/],
    [
      'whom it is for',
      MISNAMED,
      /not for foo\.example but for DNS:proxy\.example, IP Address:127\.0\.0\.1 \(agent/,
    ],
    [
      'that it is for no address',
      MISNAMED_ADDRESS,
      /not for 127\.0\.0\.1 but for other names \(agent\.tls\.override/,
    ],
    [
      'that it was cut short',
      'Client network socket disconnected before secure TLS connection was established',
      /during the TLS/,
    ],
  ])('%s', (_name, words, expected) => {
    expect(explain(words, true)).toMatch(expected);
  });

  test.each([
    [
      'was not accepted',
      CLOSED,
      IN_A_YEAR,
      /^the proxy does not accept the certificate of this agent \(valid until 2/,
    ],
    [
      'has expired',
      CLOSED,
      LONG_AGO,
      /^the proxy does not accept .* \(expired on 2001-02-03; agent\.tls\.cert/,
    ],
    ['has an unknown authority', UNKNOWN_CA, IN_A_YEAR, /certificate of this agent: unknown ca \(valid/],
  ])('that its own certificate %s', (_name, words, ownValidTo, expected) => {
    expect(explain(words, true, ownValidTo)).toMatch(expected);
  });
});

describe('a dial that failed in plain text says', () => {
  test.each([
    [
      'that TLS may be expected',
      CLOSED,
      /closed before a word was said; the proxy may expect TLS \(agent\.tls\.enabled/,
    ],
    [
      'that the peer speaks something else',
      'Protocol error (2026-11-23T08:15:29.992Z)',
      /^what answers there does not/,
    ],
    [
      'what the system says',
      'Error: connect ECONNREFUSED 127.0.0.1:1',
      /^connect ECONNREFUSED 127\.0\.0\.1:1$/,
    ],
  ])('%s', (_name, words, expected) => {
    expect(explain(words, false)).toMatch(expected);
  });
});

test('a dial that nobody answered says how long it waited', () => {
  const problem = {
    code: status.DEADLINE_EXCEEDED,
    words: 'Deadline exceeded after 10.001s,Waiting for LB pick',
  };

  const explained = explainConnectProblem(problem, { isEncrypted: false, ownValidTo: undefined }, 10_000);

  expect(explained).toEqual({ code: status.DEADLINE_EXCEEDED, words: 'no answer within 10 s' });
});

test('what the proxy itself says is left as it is', () => {
  const problem = { code: status.UNAUTHENTICATED, words: 'Missing or invalid agent token' };

  expect(explainConnectProblem(problem, { isEncrypted: true, ownValidTo: undefined }, 1)).toEqual(problem);
});

test.each([
  [
    'Received HTTP status code 413',
    /^Received HTTP status code 413 \(a server on the way .*client_max_body_size 0\)$/,
  ],
  ['Received RST_STREAM with code 1 (Protocol error)', /perhaps by a server on the way because it was idle/],
  ['Received RST_STREAM with code 11', /^Received RST_STREAM with code 11$/],
  ['Connection dropped', /^Connection dropped$/],
])('a call that ended with %j hints at servers on the way where one is likely', (words, expected) => {
  expect(explainInterference(words)).toMatch(expected);
});
