import { readFile } from 'node:fs/promises';
import type { AuthEntry, ProxyOptions } from '../config/proxy-options.js';
import { LEGACY_IDENTITY } from '../config/proxy-options.js';
import type { IdentityOptions } from './agent-identities.js';

type TokenSources = Pick<ProxyOptions, 'auth' | 'agentToken' | 'agentTokenFile'>;

const MAX_TOKEN_CHARS = 4_096;

/** The files that hold tokens. */
export function tokenFilesOf({ auth, agentTokenFile }: TokenSources): string[] {
  return [...auth.map(({ tokenFile }) => tokenFile ?? ''), agentTokenFile].filter((path) => path !== '');
}

/**
 * The identities, with the tokens that stand in files.
 *
 * @throws {Error} that names the option, never a token: when a file cannot be used, or two identities have one token
 */
export async function readTokens({
  auth,
  agentToken,
  agentTokenFile,
}: TokenSources): Promise<IdentityOptions> {
  const [shared, ...entries] = await Promise.all([
    agentTokenFile === '' ? agentToken : readSecretFile('proxy.agentTokenFile', agentTokenFile),
    ...auth.map(withToken),
  ]);
  const named = [...entries, { name: LEGACY_IDENTITY, token: shared === '' ? undefined : shared }];
  named.forEach(({ name, token }, index) => {
    const other = named.slice(0, index).find((one) => token !== undefined && one.token === token);
    if (other !== undefined) {
      const names = `${JSON.stringify(other.name)} and ${JSON.stringify(name)}`;
      throw new Error(`proxy.auth: ${names} have the same token; each identity needs its own`);
    }
  });
  return { auth: entries, agentToken: shared };
}

async function withToken(entry: AuthEntry): Promise<AuthEntry> {
  const { tokenFile, ...rest } = entry;
  const option = `proxy.auth, identity ${JSON.stringify(entry.name)}: tokenFile`;
  return tokenFile === undefined ? rest : { ...rest, token: await readSecretFile(option, tokenFile) };
}

/**
 * Read a token or a password; white space around it does not count.
 *
 * @param option - what errors call it
 * @throws {Error} that names the option and the file, never what it holds
 */
export async function readSecretFile(option: string, path: string): Promise<string> {
  const content = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(`${option}: cannot read ${path}: ${error.message}`, { cause: error });
  });
  const token = content.trim();
  if (token === '' || token.length > MAX_TOKEN_CHARS) {
    throw new Error(`${option}: ${path} must hold 1 to ${MAX_TOKEN_CHARS} characters`);
  }
  return token;
}
