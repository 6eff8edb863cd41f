import type { Settings } from '@app/config';
import type { ScrapeCredentialEntry } from './scrape-credential-entry.js';

interface ScrapeSecurity {
  readonly tls: {
    readonly certChainFilePath: string;
    readonly privateKeyFilePath: string;
    readonly trustCertCollectionFilePath: string;
  };
  readonly auth: readonly ScrapeCredentialEntry[];
}

/** What must hold between the options that say who may scrape. Names only, never secrets. */
export function scrapeSecurityProblems({ tls, auth }: ScrapeSecurity, settings: Settings): string[] {
  const credentials = auth.flatMap((entry) =>
    entryProblems(entry).map((words) => `${JSON.stringify(entry.name)} ${words}`),
  );
  const twice = auth
    .filter(({ name }, index) => auth.findIndex((other) => other.name === name) !== index)
    .map(({ name }) => `the name ${JSON.stringify(name)} stands twice; each credential needs its own`);
  return [
    ...tlsProblems(tls, settings),
    ...[...credentials, ...twice].map((words) => settings.say('http.auth', words)),
  ];
}

/** What an operator should know of credentials that anybody on the way can read. */
export function scrapeSecurityNotices({ tls, auth }: ScrapeSecurity, settings: Settings): string[] {
  const words =
    'is set, but the scrape port is plain text: credentials can be read on the way (proxy.http.tls encrypts it)';
  return auth.length > 0 && tls.certChainFilePath === '' ? [settings.say('http.auth', words)] : [];
}

function entryProblems(entry: ScrapeCredentialEntry): string[] {
  const { username, password, passwordFile, token, tokenFile } = entry;
  const isBasic = username !== undefined || password !== undefined || passwordFile !== undefined;
  const isBearer = token !== undefined || tokenFile !== undefined;
  if (isBasic === isBearer) {
    return [isBasic ? 'has both a token and a user' : 'has neither token, tokenFile nor username'];
  }
  if (isBearer) {
    return token !== undefined && tokenFile !== undefined ? ['has both token and tokenFile'] : [];
  }
  return [
    ...(username === undefined ? ['has a password without username'] : []),
    ...((password === undefined) === (passwordFile === undefined)
      ? [`has ${password === undefined ? 'neither password nor' : 'both password and'} passwordFile`]
      : []),
  ];
}

function tlsProblems(
  { certChainFilePath, privateKeyFilePath, trustCertCollectionFilePath }: ScrapeSecurity['tls'],
  settings: Settings,
): string[] {
  const [cert, key] = ['http.tls.certChainFilePath', 'http.tls.privateKeyFilePath'];
  const hasCert = certChainFilePath !== '';
  if (hasCert !== (privateKeyFilePath !== '')) {
    const [given, missing] = hasCert ? [cert, key] : [key, cert];
    return [settings.say(given, `is set, but proxy.${missing} is not; TLS needs both`)];
  }
  const words = `is set, but proxy.${cert} and proxy.${key} are not: the port would be plain text`;
  return trustCertCollectionFilePath !== '' && !hasCert
    ? [settings.say('http.tls.trustCertCollectionFilePath', words)]
    : [];
}
