import type { ScrapeCredentialEntry } from '../config/scrape-credential-entry.js';
import type { ScrapeCredential } from './scrape-credentials.js';
import { readSecretFile } from './token-files.js';

/** The files that hold passwords and tokens of scrapers. */
export function scrapeSecretFilesOf(entries: readonly ScrapeCredentialEntry[]): string[] {
  return entries
    .flatMap(({ tokenFile, passwordFile }) => [tokenFile, passwordFile])
    .filter((path) => path !== undefined);
}

/**
 * The credentials, with the secrets that stand in files.
 *
 * @throws {Error} that names the option, never a secret, when a file cannot be used or two credentials are the same
 */
export async function readScrapeCredentials(
  entries: readonly ScrapeCredentialEntry[],
): Promise<readonly ScrapeCredential[]> {
  const credentials = await Promise.all(entries.map(toCredential));
  credentials.forEach((credential, index) => {
    const other = credentials.slice(0, index).find((earlier) => hasSameSecret(earlier, credential));
    if (other !== undefined) {
      const names = `${JSON.stringify(other.name)} and ${JSON.stringify(credential.name)}`;
      throw new Error(`proxy.http.auth: ${names} are the same credential; each needs its own`);
    }
  });
  return credentials;
}

async function toCredential(entry: ScrapeCredentialEntry): Promise<ScrapeCredential> {
  const { name, paths, username } = entry;
  if (username === undefined) {
    const token = await secretOf(entry, 'tokenFile', entry.token, entry.tokenFile);
    return { kind: 'bearer', name, paths, token };
  }
  const password = await secretOf(entry, 'passwordFile', entry.password, entry.passwordFile);
  return { kind: 'basic', name, paths, username, password };
}

async function secretOf(
  { name }: ScrapeCredentialEntry,
  field: string,
  given: string | undefined,
  file: string | undefined,
): Promise<string> {
  return file === undefined
    ? (given ?? '')
    : readSecretFile(`proxy.http.auth, credential ${JSON.stringify(name)}: ${field}`, file);
}

function hasSameSecret(one: ScrapeCredential, other: ScrapeCredential): boolean {
  if (one.kind === 'bearer' || other.kind === 'bearer') {
    return one.kind === other.kind && 'token' in one && 'token' in other && one.token === other.token;
  }
  return one.username === other.username && one.password === other.password;
}
