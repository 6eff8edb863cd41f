import { connect } from 'node:http2';
import type { ProxyOptions } from '../config/proxy-options.js';
import { formatHost } from './format-host.js';

const ANSWER_MS = 5_000;
const CALL = {
  ':method': 'POST',
  ':path': '/ProxyService/pathMapSize',
  'content-type': 'application/grpc',
  te: 'trailers',
};
const EMPTY_MESSAGE = Buffer.alloc(5);
/** The status of a gRPC server that has no such call. */
const UNIMPLEMENTED = '12';

/**
 * Whether a proxy answers on the agent port: it knows the call, whether it takes it from us or not. One that asks for
 * client certificates ends the connection before a word; whoever does so over TLS where TLS is configured is taken for it.
 */
export function askAgentPort({ agent, tls }: ProxyOptions, signal: AbortSignal): Promise<boolean> {
  const isMutual = tls.trustCertCollectionFilePath !== '';
  const scheme = tls.certChainFilePath === '' ? 'http' : 'https';
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  const session = connect(`${scheme}://${formatHost(agent.bindAddress)}:${agent.port}`, {
    rejectUnauthorized: false,
  });
  session.on('error', () => resolve(false));
  session.once('connect', () => {
    const call = session.request(CALL);
    const judge = (headers: { 'grpc-status'?: unknown }): void => {
      if (headers['grpc-status'] !== undefined) {
        resolve(headers['grpc-status'] !== UNIMPLEMENTED);
      }
    };
    call.on('response', judge);
    call.on('trailers', judge);
    call.on('error', () => resolve(isMutual));
    call.once('close', () => resolve(isMutual));
    call.resume();
    call.end(EMPTY_MESSAGE);
  });
  const giveUp = (): void => resolve(false);
  limit.addEventListener('abort', giveUp, { once: true });
  return promise.finally(() => {
    limit.removeEventListener('abort', giveUp);
    session.destroy();
  });
}
