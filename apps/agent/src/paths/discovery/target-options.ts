import type { AgentOptions } from '../../config/agent-options.js';
import type { TargetAccess } from '../../target-access/target-access.js';
import type { TargetConfig } from '../target-table.js';
import type { FileTargetsOptions } from './file-targets.js';

/** The targets that the configuration lists, each with the credentials it has at the time it is asked. */
export function configuredTargets(
  pathConfigs: AgentOptions['pathConfigs'],
  access: Pick<TargetAccess, 'authorizationOf'>,
): TargetConfig[] {
  return pathConfigs.map(({ name, path, url, labels, ...credentials }) => ({
    name,
    path,
    url,
    labels,
    authorization: () => access.authorizationOf(credentials),
  }));
}

/** The file of further targets, undefined where none is followed. */
export function discoveryFile({
  discovery,
}: Pick<AgentOptions, 'discovery'>): FileTargetsOptions | undefined {
  return discovery.enabled
    ? {
        path: discovery.file.path,
        intervalMs: discovery.reconcileIntervalSecs * 1_000,
        env: process.env,
      }
    : undefined;
}
