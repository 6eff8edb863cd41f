import { createHash, timingSafeEqual } from 'node:crypto';
import { PathGlobs } from './path-globs.js';
import { EVERYTHING, type ScrapeRights } from './scrape-authorizer.js';

/** One credential with its secret in place. */
export type ScrapeCredential = {
  readonly name: string;
  readonly paths: readonly string[];
} & (
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
);

interface KnownCredential {
  readonly proof: Buffer;
  readonly rights: ScrapeRights;
}

/**
 * Who may scrape which paths, by a bearer token or by user and password.
 *
 * What a scraper shows is compared as SHA-256 and in constant time with every known credential, so that the time tells
 * nothing of which one matched. Without any, everybody may scrape everything.
 */
export class ScrapeCredentials {
  private known: readonly KnownCredential[];

  constructor(credentials: readonly ScrapeCredential[]) {
    this.known = credentials.map(toKnown);
  }

  /** Put other credentials in force, from the next request on. */
  replace(credentials: readonly ScrapeCredential[]): void {
    this.known = credentials.map(toKnown);
  }

  /** @param authorization - the header, empty when there is none */
  authorize(authorization: string): ScrapeRights | undefined {
    if (this.known.length === 0) {
      return EVERYTHING;
    }
    const shown = proofOf(shownSecret(authorization));
    return this.known.filter(({ proof }) => timingSafeEqual(proof, shown))[0]?.rights;
  }
}

function toKnown(credential: ScrapeCredential): KnownCredential {
  const globs = new PathGlobs(credential.paths);
  const rights = { name: credential.name, isConsumed: true, mayScrape: (path: string) => globs.has(path) };
  return { proof: proofOf(secretOf(credential)), rights };
}

/** A token and a password of the same text are never the same secret. */
const secretOf = (credential: ScrapeCredential): string =>
  credential.kind === 'bearer'
    ? `bearer ${credential.token}`
    : `basic ${credential.username}:${credential.password}`;

/** What stands in an `Authorization` header (RFC 7617, RFC 6750), as `secretOf` spells it; empty when it is neither. */
function shownSecret(authorization: string): string {
  const [, scheme = '', value = ''] = /^(basic|bearer) +(\S+) *$/i.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return `bearer ${value}`;
    case 'basic':
      return `basic ${Buffer.from(value, 'base64').toString('utf8')}`;
    default:
      return '';
  }
}

const proofOf = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();
