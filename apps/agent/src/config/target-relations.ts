import { isIP } from 'node:net';
import { displayValue, type Settings } from '@app/config';
import { headerListProblems } from '@app/protocol';
import { EgressList, hostAndPort } from '../egress/egress-list.js';
import { readEgress } from '../egress/egress.js';
import type { AgentValues } from './agent-rows.js';
import type { PathConfig } from './path-config.js';

/** What must hold between the options that say how targets are asked. */
export function targetProblems(values: AgentValues, settings: Settings): string[] {
  return [
    ...clientCertificateProblems(values, settings),
    ...egressProblems(values),
    ...headerListProblems(values.http, (key, words) => settings.say(key, words)),
    ...values.pathConfigs.flatMap((config) =>
      credentialProblems(config).map((words) =>
        settings.say('pathConfigs', `${displayValue(config.path)} ${words}`),
      ),
    ),
  ];
}

/** What an operator should know of how targets are asked. */
export function targetNotices(values: AgentValues, settings: Settings): string[] {
  return [...trustNotices(values, settings), ...deniedNotices(values, settings)];
}

function trustNotices({ http }: AgentValues, settings: Settings): string[] {
  if (!http.enableTrustAllX509Certificates) {
    return [];
  }
  const store = http.trustStorePath === '' ? '' : '; agent.http.trustStorePath has no effect';
  const words = `any certificate of an https target is taken, so that anybody on the way can read and change what it says${store}`;
  return [settings.say('http.enableTrustAllX509Certificates', words)];
}

function clientCertificateProblems({ http }: AgentValues, settings: Settings): string[] {
  const [cert, key] = ['http.clientCertFilePath', 'http.clientKeyFilePath'];
  const hasCert = http.clientCertFilePath !== '';
  if (hasCert === (http.clientKeyFilePath !== '')) {
    return [];
  }
  const [given, missing] = hasCert ? [cert, key] : [key, cert];
  return [settings.say(given, `is set, but agent.${missing} is not; a client certificate needs both`)];
}

/** Variables are the business of the start: here only what was configured is looked at. */
function egressProblems({ egress }: AgentValues): string[] {
  const outcome = readEgress({ ...egress, fromEnvironment: false }, {});
  return outcome.kind === 'invalid' ? outcome.problems : [];
}

/** What is known to be denied without asking what a name stands for. */
function deniedNotices({ egress, pathConfigs }: AgentValues, settings: Settings): string[] {
  const outcome = EgressList.parse(egress);
  return pathConfigs.flatMap(({ path, url }) => {
    const { host, port } = hostAndPort(new URL(url));
    const isDecided = outcome.kind === 'ok' && isIP(host) !== 0;
    const refusal = isDecided ? outcome.list.refusal({ host, port, address: host }) : undefined;
    return refusal === undefined
      ? []
      : [settings.say('pathConfigs', `${displayValue(path)} cannot be scraped: ${refusal.message}`)];
  });
}

function credentialProblems({ url, basicAuth, bearerToken, bearerTokenFile }: PathConfig): string[] {
  const kinds = [
    hasUserInfo(url) ? 'user and password in its url' : '',
    basicAuth === undefined ? '' : 'basicAuth',
    bearerToken === undefined ? '' : 'bearerToken',
    bearerTokenFile === undefined ? '' : 'bearerTokenFile',
  ].filter((kind) => kind !== '');
  const several = kinds.length > 1 ? [`has ${kinds.join(' and ')}; only one can be sent`] : [];
  return [...several, ...passwordProblems(basicAuth)];
}

function passwordProblems(basicAuth: PathConfig['basicAuth']): string[] {
  if (
    basicAuth === undefined ||
    (basicAuth.password === undefined) !== (basicAuth.passwordFile === undefined)
  ) {
    return [];
  }
  const words = basicAuth.password === undefined ? 'neither password nor' : 'both password and';
  return [`has basicAuth with ${words} passwordFile`];
}

function hasUserInfo(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}
