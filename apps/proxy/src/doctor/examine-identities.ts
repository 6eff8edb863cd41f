import { doctor } from '@app/operations';
import { readTokens } from '../auth/token-files.js';
import { LEGACY_IDENTITY, type ProxyOptions } from '../config/proxy-options.js';

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
      : identities.map(judge);
  } catch (error) {
    return [problem('tokens', (error as Error).message)];
  }
}

function judge({ name, token, paths }: ProxyOptions['auth'][number]): doctor.Finding {
  const may = paths.length === 0 ? 'every path' : `the paths ${paths.join(', ')}`;
  return token !== undefined && token.length < SHORT_TOKEN_CHARS
    ? warning(
        name,
        `may register ${may}; its token has fewer than ${SHORT_TOKEN_CHARS} characters`,
        'use a long random one',
      )
    : ok(name, `may register ${may}`);
}
