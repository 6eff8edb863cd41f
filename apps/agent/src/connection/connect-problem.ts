import { status } from '@grpc/grpc-js';
import type { CallProblem } from './proxy-port.js';

/** What the words for a failed dial depend on. */
export interface DialCircumstances {
  isEncrypted: boolean;
  /** Undefined when this agent presents no certificate. */
  ownValidTo: Date | undefined;
}

type Explanation = (words: string, circumstances: DialCircumstances) => string;

const TRUST = 'agent.tls.trustCertCollectionFilePath';
const OWN = 'agent.tls.certChainFilePath and agent.tls.privateKeyFilePath';
const WAS_CLOSED = /Failed to connect|ECONNRESET|EPIPE|socket hang up|Socket closed/;

/** The first that matches counts. */
const ENCRYPTED: readonly (readonly [RegExp, Explanation])[] = [
  [
    /wrong version number|packet length too long/,
    () => 'the port answers in plain text, but TLS is on here (agent.tls)',
  ],
  [
    /alert (certificate required|handshake failure|bad certificate|unknown ca|certificate \w+|\w+ certificate)/,
    refusedOwn,
  ],
  [/disconnected before secure TLS/, () => 'the connection was closed during the TLS handshake'],
  [WAS_CLOSED, refusedOwn],
  [
    /unable to verify|self-signed certificate|unable to get (local )?issuer/,
    () => `the certificate of the proxy was not signed by an authority that this agent trusts (${TRUST})`,
  ],
  [/certificate has expired/, () => 'the certificate of the proxy has expired'],
  [
    /certificate is not yet valid/,
    () => 'the certificate of the proxy is not valid yet; is the clock right?',
  ],
  [/does not match certificate's altnames/, wrongName],
];

const PLAIN: readonly (readonly [RegExp, Explanation])[] = [
  [
    WAS_CLOSED,
    () =>
      `the connection was closed before a word was said; the proxy may expect TLS (agent.tls.enabled, ${TRUST})`,
  ],
  [/Protocol error/, () => 'what answers there does not speak HTTP/2'],
];

/** Why a dial failed, in words that name the option to look at; for other calls the problem as it is. */
export function explainConnectProblem(
  problem: CallProblem,
  circumstances: DialCircumstances,
  deadlineMs: number,
): CallProblem {
  if (problem.code === status.DEADLINE_EXCEEDED) {
    return { ...problem, words: `no answer within ${deadlineMs / 1_000} s` };
  }
  if (problem.code !== status.UNAVAILABLE) {
    return problem;
  }
  const bare = bareWords(problem.words);
  const table = circumstances.isEncrypted ? ENCRYPTED : PLAIN;
  const found = table.find(([pattern]) => pattern.test(bare));
  return { ...problem, words: found === undefined ? bare : found[1](bare, circumstances) };
}

/** Without what the library puts around the error of the connection, and without the time of day. */
function bareWords(words: string): string {
  return words
    .replace(/^No connection established\. Last error: (Error( \[\w+\])?: )?/, '')
    .replace(/\.? Resolution note: .*$/s, '')
    .replace(/ \(\d{4}-\d\d-\d\dT[\d:.]+Z\)$/, '')
    .trim();
}

function refusedOwn(words: string, { ownValidTo }: DialCircumstances): string {
  if (ownValidTo === undefined) {
    const isSure = /certificate required/.test(words);
    return `the proxy ${isSure ? 'asks' : 'closed the connection and may ask'} for a client certificate, and this agent has none (${OWN})`;
  }
  const alert = /alert ([a-z ]+)/.exec(words)?.[1]?.trim();
  const why = alert === undefined ? '' : `: ${alert}`;
  const date = ownValidTo.toISOString().slice(0, 10);
  const isExpired = ownValidTo.getTime() < Date.now();
  const validity = isExpired ? `expired on ${date}` : `valid until ${date}`;
  return `the proxy does not accept the certificate of this agent${why} (${validity}; ${OWN})`;
}

function wrongName(words: string): string {
  const [, asked, held] =
    /altnames: (?:Host|IP): (.*?)\.? is not (?:in )?(?:the )?cert's (?:altnames|list): ?(.*)$/.exec(words) ??
    [];
  const names = held === undefined || held === '' ? 'other names' : held;
  return `the certificate of the proxy is not for ${asked ?? 'the host that is dialled'} but for ${names} (agent.tls.overrideAuthority names another)`;
}

/** What servers on the way do to streams, and what of theirs to look at. */
const INTERFERENCE: readonly (readonly [RegExp, string])[] = [
  [
    /Received HTTP status code 413/,
    'a server on the way limits what may be sent; nginx: client_max_body_size 0',
  ],
  [/Received HTTP status code 504/, 'a server on the way gave up; nginx: grpc_read_timeout'],
  [
    /Received RST_STREAM with code 1\b/,
    'reset, perhaps by a server on the way because it was idle; nginx: client_body_timeout, grpc_read_timeout, grpc_send_timeout',
  ],
];

/** Why a call failed, with a hint where it looks as if neither end had failed it. */
export function explainInterference(words: string): string {
  const hint = INTERFERENCE.find(([pattern]) => pattern.test(words))?.[1];
  return hint === undefined ? words : `${words} (${hint})`;
}
