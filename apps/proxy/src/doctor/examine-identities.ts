import { doctor } from '@app/operations';
import { readScrapeCredentials } from '../auth/read-scrape-credentials.js';
import { readTokens } from '../auth/token-files.js';
import { LEGACY_IDENTITY, type ProxyOptions } from '../config/proxy-options.js';

/** A name, the secret that proves it, and what it covers. */
type Secret = Pick<ProxyOptions['auth'][number], 'name' | 'token' | 'paths'>;

/** Shorter ones can be guessed. */
const SHORT_TOKEN_CHARS = 16;

const { note, ok, problem, warning } = doctor;

/** Whether the tokens of agents can be read, and are worth the name. Never shows one. */
export async function examineIdentities(options: ProxyOptions): Promise<doctor.Finding[]> {
  try {
    const { auth, agentToken } = await readTokens(options);
    const shared = agentToken === '' ? [] : [{ name: LEGACY_IDENTITY, token: agentToken, paths: [] }];
    const identities = [...auth, ...shared];
    return identities.length === 0
      ? [note('identities', 'there are none: whoever reaches the agent port may register paths')]
      : identities.map((identity) => judge(identity, 'register'));
  } catch (error) {
    return [problem('tokens', (error as Error).message)];
  }
}

/** Whether the credentials of scrapers can be read. Never shows one. */
export async function examineScrapers({ http }: ProxyOptions): Promise<doctor.Finding[]> {
  try {
    const credentials = await readScrapeCredentials(http.auth);
    return credentials.length === 0
      ? [note('credentials', 'there are none: whoever reaches the scrape port may scrape every path')]
      : credentials.map(({ name, paths, ...proof }) =>
          judge({ name, token: proof.kind === 'bearer' ? proof.token : proof.password, paths }, 'scrape'),
        );
  } catch (error) {
    return [problem('credentials', (error as Error).message)];
  }
}

function judge({ name, token, paths }: Secret, may: 'register' | 'scrape'): doctor.Finding {
  const what = paths.length === 0 ? 'every path' : `the paths ${paths.join(', ')}`;
  return token !== undefined && token.length < SHORT_TOKEN_CHARS
    ? warning(
        name,
        `may ${may} ${what}; its secret has fewer than ${SHORT_TOKEN_CHARS} characters`,
        'use a long random one',
      )
    : ok(name, `may ${may} ${what}`);
}
