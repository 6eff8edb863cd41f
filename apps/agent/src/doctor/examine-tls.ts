import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { doctor } from '@app/operations';
import { status } from '@grpc/grpc-js';
import { explainConnectProblem } from '../connection/connect-problem.js';
import type { LinkTls } from '../connection/link-credentials.js';

const HANDSHAKE_MS = 5_000;
const TRUST = 'agent.tls.trustCertCollectionFilePath';

const { ok, problem } = doctor;

/** Shake hands with the agent port and look at the certificate of the proxy: who signed it, for which names, until when. */
export async function examineTls(
  host: string,
  port: number,
  { context, name, ownValidTo }: LinkTls & { readonly ownValidTo: Date | undefined },
  signal: AbortSignal,
): Promise<doctor.Finding[]> {
  const socket = connect({
    host,
    port,
    secureContext: context,
    ALPNProtocols: ['h2'],
    // Looked at below, one by one.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(isIP(name) === 0 ? { servername: name } : {}),
  });
  const trouble = await handshake(socket, signal);
  const findings =
    trouble === undefined ? judgePeer(socket, name) : [explained(trouble, { isEncrypted: true, ownValidTo })];
  socket.destroy();
  return findings;
}

function handshake(socket: TLSSocket, signal: AbortSignal): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(HANDSHAKE_MS)]);
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const giveUp = (): void => resolve(`no handshake within ${HANDSHAKE_MS / 1_000} s`);
  limit.addEventListener('abort', giveUp, { once: true });
  socket.once('secureConnect', () => resolve(undefined));
  socket.on('error', ({ message }) => resolve(message));
  return promise.finally(() => limit.removeEventListener('abort', giveUp));
}

function explained(
  words: string,
  circumstances: Parameters<typeof explainConnectProblem>[1],
): doctor.Finding {
  const problemOf = explainConnectProblem({ code: status.UNAVAILABLE, words }, circumstances, HANDSHAKE_MS);
  return problem(
    'TLS',
    problemOf.words,
    'agent and proxy must both have TLS on, or both off: agent.tls, proxy.tls',
  );
}

function judgePeer(socket: TLSSocket, name: string): doctor.Finding[] {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) {
    return [problem('certificate', 'the proxy shows none')];
  }
  const renew =
    'renew the certificate of the proxy (proxy.tls.certChainFilePath); it is taken up without a restart';
  return [
    ok('TLS', `${socket.getProtocol() ?? 'unknown version'}, ${socket.getCipher().name}`),
    judgeTrust(socket),
    judgeName(certificate, name),
    doctor.judgeCertificate('certificate', certificate, renew),
  ];
}

/** A date that has passed is a finding of its own. */
function judgeTrust({ authorized, authorizationError }: TLSSocket): doctor.Finding {
  const code = String(authorizationError);
  if (authorized || code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return ok('trust', 'the certificate was signed by an authority that this agent trusts');
  }
  return problem(
    'trust',
    `the certificate was not signed by an authority that this agent trusts (${code})`,
    `name the authority of the proxy with ${TRUST} (--trust)`,
  );
}

function judgeName(certificate: X509Certificate, name: string): doctor.Finding {
  return checkServerIdentity(name, certificate.toLegacyObject()) === undefined
    ? ok('name in the certificate', `is ${name}`)
    : problem(
        'name in the certificate',
        `is not ${name} but ${doctor.namesOf(certificate)}`,
        'dial the proxy by a name of its certificate, or name one with agent.tls.overrideAuthority',
      );
}
