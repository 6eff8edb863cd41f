import { createHash, timingSafeEqual } from 'node:crypto';
import { PathGlobs } from './path-globs.js';
import { type AuthEntry, LEGACY_IDENTITY, type ProxyOptions } from '../config/proxy-options.js';

interface Identity {
  readonly name: string;
  /** Undefined when only certificates prove this identity. */
  readonly tokenHash: Buffer | undefined;
  /** Subject alternative names (`DNS:…`, `URI:…`) of certificates that prove it. */
  readonly subjects: ReadonlySet<string>;
  /** The paths this identity may register. */
  readonly allowed: PathGlobs;
}

/**
 * Who may connect, and which paths each may register.
 *
 * Tokens are kept as SHA-256 and compared in constant time; every known token is compared, so that the time tells
 * nothing of which one matched.
 */
export class AgentIdentities {
  private identities: readonly Identity[];

  constructor(options: IdentityOptions) {
    this.identities = toIdentities(options);
  }

  /** Put other identities in force; the names whose proof changed, or who are no more. */
  replace(options: IdentityOptions): ReadonlySet<string> {
    const before = this.identities;
    this.identities = toIdentities(options);
    const revoked = before.filter((identity) => !this.identities.some((now) => hasSameProof(identity, now)));
    return new Set(revoked.map(({ name }) => name));
  }

  /** Whether agents need to prove an identity at all. */
  get isRequired(): boolean {
    return this.identities.length > 0;
  }

  /** Names in order, for the log. */
  get names(): string[] {
    return this.identities.map(({ name }) => name);
  }

  /** The name of the identity that this token stands for. */
  identify(token: string): string | undefined {
    const presented = sha256(token);
    const matching = this.identities.filter(
      ({ tokenHash }) => tokenHash !== undefined && timingSafeEqual(tokenHash, presented),
    );
    return token === '' ? undefined : matching[0]?.name;
  }

  /** The name of the identity that a verified certificate with these subject alternative names stands for. */
  identifyCertificate(subjects: readonly string[]): string | undefined {
    return this.identities.find((identity) => subjects.some((subject) => identity.subjects.has(subject)))
      ?.name;
  }

  /** Whether an identity may register a path (without leading slash). */
  mayRegister(name: string | undefined, path: string): boolean {
    if (!this.isRequired) {
      return true;
    }
    const identity = this.identities.find((candidate) => candidate.name === name);
    return identity?.allowed.has(path) === true;
  }
}

/** Who there is, with every token in its place. */
export type IdentityOptions = Pick<ProxyOptions, 'auth' | 'agentToken'>;

function toIdentities({ auth, agentToken }: IdentityOptions): Identity[] {
  const shared = { name: LEGACY_IDENTITY, token: agentToken, paths: [] };
  return [...auth, ...(agentToken === '' ? [] : [shared])].map(toIdentity);
}

function toIdentity({ name, token, subjects, paths }: AuthEntry): Identity {
  return {
    name,
    tokenHash: token === undefined ? undefined : sha256(token),
    subjects: new Set(subjects),
    allowed: new PathGlobs(paths),
  };
}

function hasSameProof(one: Identity, other: Identity): boolean {
  const sameToken =
    one.tokenHash === undefined || other.tokenHash === undefined
      ? one.tokenHash === other.tokenHash
      : one.tokenHash.equals(other.tokenHash);
  const sameSubjects = [...one.subjects].sort().join() === [...other.subjects].sort().join();
  return one.name === other.name && sameToken && sameSubjects;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
