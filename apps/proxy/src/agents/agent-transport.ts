import { experimental, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { ListenError, type Logger } from '@app/operations';
import { MAX_MESSAGE_BYTES } from '@app/protocol';
import type { ProxyOptions } from '../config/proxy-options.js';
import { CertificateFiles, type ReloadListener } from './certificate-files.js';

/** How the agent port is encrypted and its connections kept. */
export interface AgentTransport {
  readonly encryption: 'plaintext' | 'TLS' | 'mutual TLS';
  readonly credentials: ServerCredentials;
  readonly channelOptions: ServerOptions;
  /** Stop watching the certificates. */
  close(): void;
}

/**
 * @param listener - told when changed certificates were taken up, or could not be
 * @throws {ListenError} when a certificate file cannot be used
 */
export async function openAgentTransport(
  options: ProxyOptions,
  listener: ReloadListener,
): Promise<AgentTransport> {
  const channelOptions = toChannelOptions(options);
  const { certChainFilePath, privateKeyFilePath, trustCertCollectionFilePath } = options.tls;
  if (certChainFilePath === '') {
    const credentials = ServerCredentials.createInsecure();
    return { encryption: 'plaintext', credentials, channelOptions, close: () => undefined };
  }

  const isMutual = trustCertCollectionFilePath !== '';
  const paths = {
    certChain: certChainFilePath,
    privateKey: privateKeyFilePath,
    trustCollection: isMutual ? trustCertCollectionFilePath : undefined,
  };
  const files = new CertificateFiles(paths, listener);
  await files.start().catch((error: Error) => {
    throw new ListenError(`the agent port cannot have TLS: ${error.message}`, { cause: error });
  });
  // The library's declaration has the first two the wrong way round; with one provider for both it does not matter.
  const credentials = isMutual
    ? experimental.createCertificateProviderServerCredentials(files, files, true)
    : experimental.createCertificateProviderServerCredentials(files, null, false);
  return {
    encryption: isMutual ? 'mutual TLS' : 'TLS',
    credentials,
    channelOptions,
    close: () => files.stop(),
  };
}

function toChannelOptions({ grpc, limits }: ProxyOptions): ServerOptions {
  return {
    // Books that nobody can read here: a trace for each connection, counts for each call.
    'grpc.enable_channelz': 0,
    'grpc.max_concurrent_streams': limits.maxCallsPerConnection,
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    ...milliseconds('grpc.max_connection_idle_ms', grpc.maxConnectionIdleSecs),
    ...milliseconds('grpc.max_connection_age_ms', grpc.maxConnectionAgeSecs),
    ...milliseconds('grpc.max_connection_age_grace_ms', grpc.maxConnectionAgeGraceSecs),
  };
}

function milliseconds(key: string, secs: number): ServerOptions {
  return secs === -1 ? {} : { [key]: secs * 1000 };
}

/**
 * One log line for each attempt to take up changed certificates.
 *
 * @param port - which of the proxy's, such as `agent port`
 */
export function certificateLog(logger: Logger, port: string): ReloadListener {
  return {
    reloaded: () => logger.info(`changed certificates of the ${port} are in force`),
    refused: (error) =>
      logger.error(
        { why: error.message },
        `changed certificates of the ${port} cannot be used; the last good ones stay`,
      ),
  };
}

/**
 * What an operator should know of an agent port that others can reach.
 *
 * @param isAuthenticated - whether agents prove who they are by a token
 */
export function openPortWarnings(
  { agent, auth, agentToken, agentTokenFile, tls }: ProxyOptions,
  isAuthenticated = auth.length > 0 || agentToken !== '' || agentTokenFile !== '',
): string[] {
  const isLocal = ['localhost', '127.0.0.1', '::1', '[::1]'].includes(agent.bindAddress);
  const hasIdentities = isAuthenticated || tls.trustCertCollectionFilePath !== '';
  return [
    ...(isLocal || tls.certChainFilePath !== ''
      ? []
      : ['the agent port is plain text: tokens and metrics can be read on the way (proxy.tls encrypts it)']),
    ...(isLocal || hasIdentities
      ? []
      : [
          'the agent port is unauthenticated: whoever reaches it can register paths (proxy.auth, proxy.agentToken, proxy.tls)',
        ]),
  ];
}
