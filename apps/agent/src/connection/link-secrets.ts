import { readFile } from 'node:fs/promises';
import { ListenError, type Logger } from '@app/operations';
import type { AgentOptions } from '../config/agent-options.js';
import { isLinkEncrypted } from '../config/link-security.js';
import { LastGood } from '../last-good.js';
import { type LinkCertificates, readLinkCertificates } from './link-certificates.js';

/** What one dial is made with. */
export interface DialSecrets {
  /** Empty presents none. */
  token: string;
  /** Undefined means plain text. */
  certificates: LinkCertificates | undefined;
}

const MAX_TOKEN_CHARS = 4_096;

/**
 * The token and the certificates of the link. What comes from files is read anew for each dial, so that a changed file
 * needs no restart; one that cannot be used leaves what was read last in force, with one warning.
 */
export class LinkSecrets {
  readonly #token: LastGood<string>;
  readonly #certificates: LastGood<LinkCertificates> | undefined;

  private constructor(token: LastGood<string>, certificates: LastGood<LinkCertificates> | undefined) {
    this.#token = token;
    this.#certificates = certificates;
  }

  /** @throws {ListenError} when a file cannot be used now */
  static async open(options: AgentOptions, log: Logger): Promise<LinkSecrets> {
    const warn = (reason: string): void =>
      log.warn({ reason }, 'a file of the connection to the proxy cannot be used, its last good content is');
    try {
      const token = await LastGood.open(() => readToken(options), warn);
      const certificates = isLinkEncrypted(options)
        ? await LastGood.open(() => readLinkCertificates(filesOf(options)), warn)
        : undefined;
      return new LinkSecrets(token, certificates);
    } catch (error) {
      throw new ListenError((error as Error).message, { cause: error });
    }
  }

  async read(): Promise<DialSecrets> {
    const [token, certificates] = await Promise.all([this.#token.get(), this.#certificates?.get()]);
    return { token, certificates };
  }
}

function filesOf({ tls }: AgentOptions): Parameters<typeof readLinkCertificates>[0] {
  return {
    trustCollection: tls.trustCertCollectionFilePath.trim(),
    certChain: tls.certChainFilePath.trim(),
    privateKey: tls.privateKeyFilePath.trim(),
  };
}

async function readToken({ agentToken, agentTokenFile }: AgentOptions): Promise<string> {
  if (agentTokenFile === '') {
    assertSendable('agent.agentToken', agentToken);
    return agentToken;
  }
  const content = await readFile(agentTokenFile, 'utf8').catch((error: Error) => {
    throw new Error(`agent.agentTokenFile: cannot read ${agentTokenFile}: ${error.message}`, {
      cause: error,
    });
  });
  const token = content.trim();
  if (token === '' || token.length > MAX_TOKEN_CHARS) {
    throw new Error(`agent.agentTokenFile: ${agentTokenFile} must hold 1 to ${MAX_TOKEN_CHARS} characters`);
  }
  assertSendable('agent.agentTokenFile', token);
  return token;
}

function assertSendable(option: string, token: string): void {
  if (!/^[\x20-\x7e]*$/.test(token)) {
    throw new Error(`${option}: holds characters that a header cannot carry; allowed: visible ASCII`);
  }
}
