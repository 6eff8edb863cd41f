import type { ListedPath } from '../paths/listed-path.js';
import type { ScrapeAddress } from './target-prefix.js';

/** One group of Prometheus' HTTP service discovery: all values are strings. */
export interface TargetGroup {
  readonly targets: readonly [string];
  readonly labels: Readonly<Record<string, string>>;
}

/** Labels that the proxy sets itself; an agent's label of that name is left out. */
const OWN_LABELS: ReadonlySet<string> = new Set([
  '__metrics_path__',
  '__scheme__',
  'agentName',
  'hostName',
  'instance',
]);

/**
 * The discovery document's groups, sorted by path so that their order is stable.
 *
 * @param instanceOf - the `instance` label of a path; undefined leaves it to Prometheus
 */
export function toTargetGroups(
  paths: Iterable<ListedPath>,
  address: ScrapeAddress,
  instanceOf: (path: string) => string | undefined,
): TargetGroup[] {
  return [...paths]
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map((listed) => toGroup(listed, address, instanceOf(listed.path)));
}

function toGroup(
  listed: ListedPath,
  { target, scheme }: ScrapeAddress,
  instance: string | undefined,
): TargetGroup {
  const given = Object.entries(listed.labels).filter(([name]) => !OWN_LABELS.has(name));
  return {
    targets: [target],
    labels: {
      ...Object.fromEntries(given),
      // Decoded: Prometheus encodes it when it makes the URL.
      __metrics_path__: `/${listed.path}`,
      ...(scheme === 'https' && { __scheme__: scheme }),
      ...(instance !== undefined && { instance }),
      agentName: listed.agentNames.join(', '),
      hostName: listed.hostNames.join(', '),
    },
  };
}

/** Whether a path is asked for: `agent=<name>` and `label.<name>=<value>`, each of which must hold. */
export function matches(listed: ListedPath, query: URLSearchParams): boolean {
  for (const [key, value] of query) {
    if (key === 'agent' && !listed.agentNames.includes(value)) {
      return false;
    }
    if (key.startsWith('label.') && listed.labels[key.slice('label.'.length)] !== value) {
      return false;
    }
  }
  return true;
}
