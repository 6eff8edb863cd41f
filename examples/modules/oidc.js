/**
 * Lets an agent in when an OIDC issuer says that its token is active (token introspection, RFC 7662), and gives it the
 * paths below its own subject: an agent with `"sub": "site-a"` may claim `site-a/…`.
 *
 *   OIDC_INTROSPECTION_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET
 */
import { AGENT_AUTHENTICATOR } from 'prometheus-proxy-node/proxy';

/** How long an answer counts, in milliseconds; a token that is revoked is refused after this. */
const REMEMBER_MS = 30_000;
const MAX_REMEMBERED = 10_000;

/** @implements {import('prometheus-proxy-node/proxy').AgentAuthenticator} */
class OidcAuthenticator {
  #url = required('OIDC_INTROSPECTION_URL');
  #authorization = `Basic ${btoa(`${required('OIDC_CLIENT_ID')}:${required('OIDC_CLIENT_SECRET')}`)}`;
  #known = new Map();

  async authenticate({ token }, signal) {
    if (token === '') return undefined;
    const known = this.#known.get(token);
    if (known !== undefined && known.until > Date.now()) return known.subject;
    const subject = await this.#introspect(token, signal);
    this.#remember(token, subject);
    return subject;
  }

  mayRegister(identity, path) {
    return path.startsWith(`${identity}/`);
  }

  /** The subject of an active token, or undefined. Throws when the issuer cannot tell. */
  async #introspect(token, signal) {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { authorization: this.#authorization },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
      signal,
    });
    if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
    const { active, sub } = await response.json();
    return active === true ? sub : undefined;
  }

  #remember(token, subject) {
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(token, { subject, until: Date.now() + REMEMBER_MS });
  }
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set`);
  return value;
}

class OidcModule {}

export default {
  module: OidcModule,
  providers: [{ provide: AGENT_AUTHENTICATOR, useClass: OidcAuthenticator }],
};
