import { maskUrlsWithin } from '@app/operations';
import type { FetchFailureKind } from './fetch-outcome.js';

const MAX_WORDS_LENGTH = 300;
const MAX_NAMES_LENGTH = 100;

const WORDS_OF_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the target',
  EPIPE: 'connection reset by the target',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name look-up failed',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connecting timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connecting timed out',
  UND_ERR_SOCKET: 'the target closed the connection',
};

const AUTHORITY = 'the certificate of the target was signed by nobody whom the agent trusts';
const OWN = 'the target does not accept the certificate of the agent';

/** Of errors that TLS reports; they come without an address. */
const WORDS_OF_TLS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate of the target has expired',
  CERT_NOT_YET_VALID: 'the certificate of the target is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'the certificate of the target is self-signed, and the agent does not trust it',
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
  ERR_SSL_WRONG_VERSION_NUMBER: 'the target answers in plain text, not TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the target answers in plain text, not TLS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the target speaks no TLS version that the agent does',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the target speaks no TLS version that the agent does',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the target asks for a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: OWN,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: OWN,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: OWN,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: OWN,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    'the target refused the TLS handshake; it may ask for a client certificate',
};

/** What an error of the HTTP client means, and words for it that hold no credentials. */
export function connectionFailure(
  error: Error,
  hasHead: boolean,
  byteCount: number,
): { failure: FetchFailureKind; words: string } {
  if (codeOf(error) === 'UND_ERR_INVALID_ARG') {
    const words = 'the query or a header of the scrape cannot be sent in an HTTP request';
    return { failure: 'bad_request', words };
  }
  const words = describe(error);
  const suffix = hasHead ? ` after ${byteCount} bytes of the body` : '';
  return { failure: 'target_unreachable', words: `${words}${suffix}` };
}

/** Whether a connection that stood was lost, rather than never made. */
export function isBrokenConnection(error: Error): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

function describe(error: Error): string {
  const cause = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const tls = tlsWords(cause);
  if (tls !== undefined) {
    return tls;
  }
  const words = WORDS_OF_CODES[codeOf(cause)];
  const message = maskUrlsWithin(cause.message).slice(0, MAX_WORDS_LENGTH);
  if (words === undefined) {
    return message === '' ? 'the connection failed' : message;
  }
  const address = addressOf(cause);
  return address === undefined ? words : `${words} (${address})`;
}

function tlsWords(error: Error): string | undefined {
  const code = codeOf(error);
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? wrongName(error) : WORDS_OF_TLS[code];
}

function wrongName(error: Error): string {
  const { host, cert } = error as Error & { host?: string; cert?: { subjectaltname?: string } };
  const names = (cert?.subjectaltname ?? '').replaceAll(/(DNS|IP Address):/g, '').slice(0, MAX_NAMES_LENGTH);
  const held = names === '' ? 'other names' : names;
  return `the certificate of the target is not for ${host ?? 'its host'} but for ${held}`;
}

function codeOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' ? code : '';
}

function addressOf(error: Error): string | undefined {
  const { address, port, hostname } = error as { address?: string; port?: number; hostname?: string };
  if (address !== undefined && port !== undefined) {
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  }
  return hostname;
}
