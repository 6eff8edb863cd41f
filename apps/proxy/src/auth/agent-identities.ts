import { createHash, timingSafeEqual } from 'node:crypto';
import type { ProxyOptions } from '../config/proxy-options.js';

/** Name of the identity that `agentToken` stands for. */
export const SHARED_TOKEN_IDENTITY = 'legacy-agent-token';

interface Identity {
  readonly name: string;
  readonly tokenHash: Buffer;
  /** Matches the paths this identity may register; undefined allows all. */
  readonly allowed: readonly RegExp[];
}

/**
 * Who may connect, and which paths each may register.
 *
 * Tokens are kept as SHA-256 and compared in constant time; every known token is compared, so that the time tells
 * nothing of which one matched.
 */
export class AgentIdentities {
  private readonly identities: readonly Identity[];

  constructor(options: Pick<ProxyOptions, 'auth' | 'agentToken'>) {
    const named = options.auth.map(({ name, token, paths }) => toIdentity(name, token, paths));
    const shared =
      options.agentToken === '' ? [] : [toIdentity(SHARED_TOKEN_IDENTITY, options.agentToken, [])];
    this.identities = [...named, ...shared];
  }

  /** Whether agents need a token at all. */
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
    const matching = this.identities.filter(({ tokenHash }) => timingSafeEqual(tokenHash, presented));
    return token === '' ? undefined : matching[0]?.name;
  }

  /** Whether an identity may register a path (without leading slash). */
  mayRegister(name: string | undefined, path: string): boolean {
    if (!this.isRequired) {
      return true;
    }
    const identity = this.identities.find((candidate) => candidate.name === name);
    return (
      identity !== undefined &&
      (identity.allowed.length === 0 || identity.allowed.some((glob) => glob.test(path)))
    );
  }
}

function toIdentity(name: string, token: string, paths: readonly string[]): Identity {
  return { name, tokenHash: sha256(token), allowed: paths.map(globToRegExp) };
}

/** `*` is any run of characters, `?` exactly one; anchored, case-sensitive; one leading slash is left out. */
function globToRegExp(glob: string): RegExp {
  const literal = glob.replace(/^\//, '').replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^(?:${literal.replace(/\*/g, '.*').replace(/\?/g, '.')})$`, 's');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
