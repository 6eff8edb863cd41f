/**
 * Lets a team scrape the paths below its own name, without a list of teams: who holds SCRAPE_SECRET makes the token of a
 * team, `<team>.<HMAC-SHA-256 of the team, base64url>`, which the team's Prometheus sends as a bearer token.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { SCRAPE_AUTHORIZER } from 'prometheus-proxy-node/proxy';

/** @implements {import('prometheus-proxy-node/proxy').ScrapeAuthorizer} */
class SignedTeams {
  #secret = process.env.SCRAPE_SECRET;

  constructor() {
    if (!this.#secret) throw new Error('SCRAPE_SECRET must be set');
  }

  authorize({ authorization }) {
    const [, team, signature] = /^Bearer ([\w-]+)\.([\w-]{43})$/i.exec(authorization) ?? [];
    if (team === undefined) return undefined;
    const expected = createHmac('sha256', this.#secret).update(team).digest('base64url');
    return timingSafeEqual(Buffer.from(signature), Buffer.from(expected)) ? rightsOf(team) : undefined;
  }
}

const rightsOf = (team) => ({
  name: team,
  isConsumed: true,
  mayScrape: (path) => path.startsWith(`${team}/`),
});

class SignedTeamsModule {}

export default {
  module: SignedTeamsModule,
  providers: [{ provide: SCRAPE_AUTHORIZER, useClass: SignedTeams }],
};
