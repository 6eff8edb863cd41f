import {
  type Completed,
  findPageClashes,
  findPortClashes,
  operationsPorts,
  type Settings,
} from '@app/config';
import { headerListProblems } from '@app/protocol';
import { LEGACY_IDENTITY } from './auth-entry.js';
import type { ProxyOptions } from './proxy-rows.js';
import { scrapeSecurityNotices, scrapeSecurityProblems } from './scrape-security.js';

/** What must hold between the options of the proxy, once each is right by itself. */
export function completeProxyOptions(options: ProxyOptions, settings: Settings): Completed<ProxyOptions> {
  const problems = [
    ...identityProblems(options, settings),
    ...tlsProblems(options, settings),
    ...dashboardProblems(options, settings),
    ...scrapeSecurityProblems(options.http, settings),
    ...headerListProblems(options.http, (key, words) => settings.say(key, words)),
    ...findPortClashes(portsOf(options), settings),
    ...findPageClashes(options, settings),
  ];
  if (problems.length > 0) {
    return { kind: 'invalid', problems };
  }
  const notices = [...identityNotices(options, settings), ...scrapeSecurityNotices(options.http, settings)];
  return { kind: 'ok', options, notices };
}

const portsOf = (options: ProxyOptions) => [
  { key: 'http.port', ...options.http, enabled: true },
  { key: 'agent.port', ...options.agent, enabled: true },
  ...operationsPorts(options),
  { key: 'dashboard.port', ...options.dashboard },
];

function dashboardProblems({ dashboard }: ProxyOptions, settings: Settings): string[] {
  const isNowhere = dashboard.enabled && dashboard.path.trim() === '';
  return isNowhere ? [settings.say('dashboard.path', 'is empty, but the dashboard is enabled')] : [];
}

/** Names only, never tokens: a name and a token belong to one identity, the shared token's included. */
function identityProblems(options: ProxyOptions, settings: Settings): string[] {
  const { auth, agentToken, agentTokenFile, tls } = options;
  const sharedToken = agentToken === '' ? undefined : agentToken;
  const shared = hasSharedToken(options) ? [{ name: LEGACY_IDENTITY, token: sharedToken }] : [];
  const identities = [...auth.map(({ name, token }) => ({ name, token })), ...shared];
  const problems = auth
    .filter(({ token, tokenFile }) => token !== undefined && tokenFile !== undefined)
    .map(({ name }) => settings.say('auth', `${JSON.stringify(name)} has both token and tokenFile`));
  if (agentToken !== '' && agentTokenFile !== '') {
    problems.push(
      settings.say('agentTokenFile', 'is set beside proxy.agentToken; there is one shared token'),
    );
  }
  if (tls.trustCertCollectionFilePath === '' && auth.some(({ subjects }) => subjects !== undefined)) {
    const words =
      'names subjects of certificates, but proxy.tls.trustCertCollectionFilePath, which asks for them, is not set';
    problems.push(settings.say('auth', words));
  }
  identities.forEach(({ name, token }, index) => {
    const earlier = identities.slice(0, index);
    const [name1, name2] = [
      JSON.stringify(name),
      JSON.stringify(earlier.find((one) => one.token === token)?.name),
    ];
    if (earlier.some((one) => one.name === name)) {
      problems.push(settings.say('auth', `the name ${name1} stands twice; each identity needs its own`));
    }
    if (token !== undefined && earlier.some((one) => one.token === token)) {
      problems.push(
        settings.say('auth', `${name2} and ${name1} have the same token; each identity needs its own`),
      );
    }
  });
  return problems;
}

/** Certificate and key belong together, and without them nobody can be asked for a certificate of their own. */
function tlsProblems({ tls }: ProxyOptions, settings: Settings): string[] {
  const { certChainFilePath, privateKeyFilePath, trustCertCollectionFilePath } = tls;
  const problems: string[] = [];
  if (certChainFilePath !== '' && privateKeyFilePath === '') {
    problems.push(
      settings.say(
        'tls.certChainFilePath',
        'is set, but proxy.tls.privateKeyFilePath is not; TLS needs both',
      ),
    );
  }
  if (privateKeyFilePath !== '' && certChainFilePath === '') {
    problems.push(
      settings.say(
        'tls.privateKeyFilePath',
        'is set, but proxy.tls.certChainFilePath is not; TLS needs both',
      ),
    );
  }
  if (trustCertCollectionFilePath !== '' && certChainFilePath === '' && privateKeyFilePath === '') {
    const words =
      'is set, but proxy.tls.certChainFilePath and proxy.tls.privateKeyFilePath are not: the port would be plain text';
    problems.push(settings.say('tls.trustCertCollectionFilePath', words));
  }
  return problems;
}

const hasSharedToken = ({ agentToken, agentTokenFile }: ProxyOptions): boolean =>
  agentToken !== '' || agentTokenFile !== '';

function identityNotices(options: ProxyOptions, settings: Settings): string[] {
  const isBoth = options.auth.length > 0 && hasSharedToken(options);
  const words = `is set beside proxy.auth: who presents it may register every path (identity ${LEGACY_IDENTITY})`;
  return isBoth ? [settings.say(options.agentToken === '' ? 'agentTokenFile' : 'agentToken', words)] : [];
}
