import { readFile } from 'node:fs/promises';
import { readScrapeCredentials } from '../auth/read-scrape-credentials.js';
import type { ScrapeCredential } from '../auth/scrape-credentials.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import type { HttpQuestion } from './ask-http.js';

/**
 * As whom to ask a running proxy: with the first credential of its own that may scrape everything, or else the first. Where
 * scrapers need a certificate, the proxy's own is shown; it will do if the same authority signed it.
 */
export async function scraperIdentity({
  http,
}: ProxyOptions): Promise<Pick<HttpQuestion, 'headers' | 'certificate'>> {
  const credentials = await readScrapeCredentials(http.auth).catch(() => []);
  const credential = credentials.find(({ paths }) => paths.length === 0) ?? credentials[0];
  const headers: Record<string, string> =
    credential === undefined ? {} : { authorization: authorizationOf(credential) };
  const { certChainFilePath, privateKeyFilePath, trustCertCollectionFilePath } = http.tls;
  if (trustCertCollectionFilePath === '') {
    return { headers };
  }
  const own = await Promise.all([readFile(certChainFilePath), readFile(privateKeyFilePath)]).catch(() => []);
  const [cert, key] = own;
  return cert === undefined || key === undefined ? { headers } : { headers, certificate: { cert, key } };
}

function authorizationOf(credential: ScrapeCredential): string {
  return credential.kind === 'bearer'
    ? `Bearer ${credential.token}`
    : `Basic ${Buffer.from(`${credential.username}:${credential.password}`, 'utf8').toString('base64')}`;
}
