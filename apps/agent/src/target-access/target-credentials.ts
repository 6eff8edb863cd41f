import { readFile } from 'node:fs/promises';

/** User and password of a target. */
export interface BasicCredentials {
  readonly username: string;
  /** Either this or the file that holds it. */
  readonly password?: string | undefined;
  readonly passwordFile?: string | undefined;
}

/** How the agent itself proves to one target who asks; at most one of the three. */
export interface TargetCredentials {
  readonly basicAuth?: BasicCredentials | undefined;
  readonly bearerToken?: string | undefined;
  readonly bearerTokenFile?: string | undefined;
}

const MAX_SECRET_CHARS = 16_384;
const HEADER_TEXT = /^[\x21-\x7e]+$/;

/** The file that holds a part of the credentials, and what it is. */
export function secretFileOf(
  credentials: TargetCredentials,
): { path: string; kind: 'password' | 'token' } | undefined {
  const { basicAuth, bearerTokenFile } = credentials;
  if (basicAuth?.passwordFile !== undefined) {
    return { path: basicAuth.passwordFile, kind: 'password' };
  }
  return bearerTokenFile === undefined ? undefined : { path: bearerTokenFile, kind: 'token' };
}

/**
 * The `Authorization` for a target, undefined where it has none.
 *
 * @param secretOf - what a file holds
 */
export function authorizationOf(
  credentials: TargetCredentials,
  secretOf: (path: string) => string | undefined,
): string | undefined {
  const { basicAuth, bearerToken, bearerTokenFile } = credentials;
  if (basicAuth !== undefined) {
    const { username, password, passwordFile } = basicAuth;
    const secret = passwordFile === undefined ? password : secretOf(passwordFile);
    return `Basic ${Buffer.from(`${username}:${secret ?? ''}`, 'utf8').toString('base64')}`;
  }
  const token = bearerTokenFile === undefined ? bearerToken : secretOf(bearerTokenFile);
  return token === undefined ? undefined : `Bearer ${token}`;
}

/** Whether a header can carry a token as it is. */
export function isSendableToken(token: string): boolean {
  return HEADER_TEXT.test(token);
}

/**
 * Read a password or a token; white space around it does not count.
 *
 * @throws {Error} that names `option` and the file, never what it holds
 */
export async function readSecret(option: string, path: string, kind: 'password' | 'token'): Promise<string> {
  const content = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(`${option}: cannot read ${path}: ${error.message}`, { cause: error });
  });
  const secret = content.trim();
  if (secret === '' || secret.length > MAX_SECRET_CHARS) {
    throw new Error(`${option}: ${path} must hold 1 to ${MAX_SECRET_CHARS} characters`);
  }
  if (kind === 'token' && !isSendableToken(secret)) {
    throw new Error(`${option}: ${path} holds characters that a header cannot carry; allowed: visible ASCII`);
  }
  return secret;
}
