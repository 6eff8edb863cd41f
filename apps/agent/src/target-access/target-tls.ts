import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { AgentOptions } from '../config/agent-options.js';
import { defaultAuthorities } from '../default-authorities.js';
import { readTrustStore } from './trust-store.js';

/** What https targets are spoken to with. */
export interface TargetTls {
  readonly context: SecureContext;
  /** Neither signature nor name nor date of a target's certificate are looked at. */
  readonly isEveryoneTrusted: boolean;
}

export type TargetTlsOptions = Pick<
  AgentOptions['http'],
  | 'enableTrustAllX509Certificates'
  | 'trustStorePath'
  | 'trustStorePassword'
  | 'clientCertFilePath'
  | 'clientKeyFilePath'
>;

const TRUST_STORE = 'agent.http.trustStorePath';
const CLIENT_CERT = 'agent.http.clientCertFilePath';
const CLIENT_KEY = 'agent.http.clientKeyFilePath';

/** The files that `readTargetTls` reads. */
export function targetTlsFiles(options: TargetTlsOptions): readonly string[] {
  const { trustStorePath, clientCertFilePath, clientKeyFilePath } = options;
  return [trustStorePath, clientCertFilePath, clientKeyFilePath].filter((path) => path !== '');
}

/** @throws {Error} that names the option, when a file cannot be read or its content cannot be used */
export async function readTargetTls(options: TargetTlsOptions): Promise<TargetTls> {
  const [ca, cert, key] = await Promise.all([
    readAuthorities(options),
    readOptional(CLIENT_CERT, options.clientCertFilePath),
    readOptional(CLIENT_KEY, options.clientKeyFilePath),
  ]);
  const tls = new LazyTls({ ca, cert, key }, options.enableTrustAllX509Certificates);
  if (targetTlsFiles(options).length > 0) {
    assertUsable(tls);
  }
  return tls;
}

/** The authorities of a whole system take time and memory, which an agent without https targets saves. */
class LazyTls implements TargetTls {
  #context: SecureContext | undefined;

  constructor(
    private readonly options: SecureContextOptions,
    readonly isEveryoneTrusted: boolean,
  ) {}

  get context(): SecureContext {
    this.#context ??= createSecureContext({
      ...this.options,
      ca: this.options.ca ?? defaultAuthorities(),
      // Whatever stands in a store is trusted as it is, also where somebody else has signed it.
      allowPartialTrustChain: this.options.ca !== undefined,
      minVersion: 'TLSv1.2',
    });
    return this.#context;
  }
}

function assertUsable(tls: LazyTls): void {
  try {
    void tls.context;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${CLIENT_CERT} and ${CLIENT_KEY} cannot be used together: ${code ?? message}`, {
      cause: error,
    });
  }
}

async function readAuthorities(options: TargetTlsOptions): Promise<string[] | undefined> {
  const { trustStorePath, trustStorePassword } = options;
  const content = await readOptional(TRUST_STORE, trustStorePath);
  if (content === undefined) {
    return undefined;
  }
  const store = await readTrustStore(content, trustStorePassword);
  if (store.kind === 'invalid') {
    throw new Error(`${TRUST_STORE}: ${trustStorePath} cannot be used: ${store.reason}`);
  }
  return [...store.certificates];
}

async function readOptional(option: string, path: string): Promise<Buffer | undefined> {
  if (path === '') {
    return undefined;
  }
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`${option}: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
