import { doctor } from '@app/operations';
import { type AgentOptions, formatEndpoint } from '../config/agent-options.js';
import { plaintextWarning } from '../connection/connection-settings.js';
import { LinkSecrets } from '../connection/link-secrets.js';
import { readEgress } from '../egress/egress.js';
import { CollectedWarnings } from './collected-warnings.js';
import { examineProxy } from './examine-proxy.js';
import { examineTargets } from './examine-targets.js';

/**
 * Look at all that an agent of this configuration needs: each of its proxies, its paths, and each of its targets.
 *
 * It registers no path, so that an agent of the same name that runs is not disturbed.
 */
export async function examineAgent(options: AgentOptions, signal: AbortSignal): Promise<doctor.Section[]> {
  const egress = readEgress(options.egress, process.env);
  if (egress.kind === 'invalid') {
    const findings = egress.problems.map((words) => doctor.problem('HTTP proxy', words));
    return [{ title: 'Way out', findings }];
  }
  const [proxies, targets] = await Promise.all([
    examineProxies(options, { egress: egress.egress, signal }),
    examineTargets(options, { egress: egress.egress, signal }),
  ]);
  return [...proxies, ...targets];
}

type Surroundings = Parameters<typeof examineTargets>[1];

async function examineProxies(
  options: AgentOptions,
  { egress, signal }: Surroundings,
): Promise<doctor.Section[]> {
  const warnings = new CollectedWarnings();
  const plain = plaintextWarning(options);
  const inClear = plain === undefined ? [] : [doctor.warning('encryption', plain)];
  try {
    const secrets = await LinkSecrets.open(options, warnings.logger);
    const places = options.endpoints.map(async (endpoint, index) => ({
      title: `Proxy ${formatEndpoint(endpoint)}${options.endpoints.length > 1 ? ` (${index + 1} of ${options.endpoints.length})` : ''}`,
      findings: await examineProxy(endpoint, { options, secrets, egress, signal }),
    }));
    const sections = await Promise.all(places);
    return [{ title: 'Connection', findings: inClear }, ...sections];
  } catch (error) {
    const findings = [...inClear, doctor.problem('files', (error as Error).message)];
    return [{ title: 'Connection', findings }];
  }
}
