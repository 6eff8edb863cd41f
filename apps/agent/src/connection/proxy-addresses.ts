import { lookup } from 'node:dns/promises';

/** However many a name has, no more are tried. */
const MAX_ADDRESSES = 16;
/** How long the system may take for a name, in milliseconds. */
const LOOKUP_MS = 10_000;

/** The addresses that a name has now, in the system's order; or in words why there are none. Never rejects. */
export async function findAddresses(host: string, signal: AbortSignal): Promise<readonly string[] | string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOKUP_MS)]);
  const { promise: givenUp, resolve } = Promise.withResolvers<string>();
  const giveUp = (): void => resolve(`the name ${host} was not resolved in time`);
  if (limit.aborted) {
    giveUp();
  }
  limit.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([givenUp, resolveName(host)]);
  } finally {
    limit.removeEventListener('abort', giveUp);
  }
}

async function resolveName(host: string): Promise<readonly string[] | string> {
  try {
    const found = await lookup(host, { all: true, order: 'verbatim' });
    return [...new Set(found.map(({ address }) => address))].slice(0, MAX_ADDRESSES);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return `the name ${host} cannot be resolved (${code})`;
  }
}
