import type { Settings } from '@app/config';
import type { AgentValues } from './agent-rows.js';

const CERT = 'tls.certChainFilePath';
const KEY = 'tls.privateKeyFilePath';
const TRUST = 'tls.trustCertCollectionFilePath';

/** Whether the link to the proxy is encrypted: said so, or implied by a file that only TLS needs. */
export function isLinkEncrypted({ tls }: Pick<AgentValues, 'tls'>): boolean {
  return tls.enabled || tls.trustCertCollectionFilePath !== '';
}

/** What must hold between the options that secure the link, and between the two ways to give a token. */
export function linkSecurityProblems(values: AgentValues, settings: Settings): string[] {
  const problems = values.tls.enabled ? [] : switchedOffProblems(values, settings);
  problems.push(...halfPairProblems(values, settings));
  if (values.agentToken !== '' && values.agentTokenFile !== '') {
    problems.push(
      settings.say('agentTokenFile', 'is set beside agent.agentToken; only one can be presented'),
    );
  }
  return problems;
}

/** A certificate alone does not say what the proxy's is to be checked against, and a plain "no" beside files is meant otherwise. */
function switchedOffProblems({ tls }: AgentValues, settings: Settings): string[] {
  const given = [
    tls.trustCertCollectionFilePath === '' ? [] : [TRUST],
    tls.certChainFilePath === '' ? [] : [CERT],
    tls.privateKeyFilePath === '' ? [] : [KEY],
  ].flat();
  if (given.length > 0 && settings.isExplicit('tls.enabled')) {
    const files = given.map((key) => `agent.${key}`).join(', ');
    return [settings.say('tls.enabled', `is false, but TLS is set up: leave out either this or ${files}`)];
  }
  if (
    tls.certChainFilePath !== '' &&
    tls.privateKeyFilePath !== '' &&
    tls.trustCertCollectionFilePath === ''
  ) {
    const words = `is set, but nothing says whom to trust: set agent.${TRUST}, or agent.tls.enabled = true for the authorities of the system`;
    return [settings.say(CERT, words)];
  }
  return [];
}

function halfPairProblems({ tls }: AgentValues, settings: Settings): string[] {
  const hasCert = tls.certChainFilePath !== '';
  if (hasCert === (tls.privateKeyFilePath !== '')) {
    return [];
  }
  const [given, missing] = hasCert ? [CERT, KEY] : [KEY, CERT];
  return [settings.say(given, `is set, but agent.${missing} is not; a client certificate needs both`)];
}
