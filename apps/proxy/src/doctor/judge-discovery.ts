import { doctor } from '@app/operations';

/** Prometheus' label names, as every version takes them. */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** `host:port`, an IPv6 address in brackets, without scheme or path. */
const TARGET = /^(?:\[[0-9a-fA-F:.]+\]|[^\s/?#:@[\]]+):\d{1,5}$/;
const MAX_SHOWN = 5;

const { ok, problem, warning } = doctor;

/** Whether Prometheus would take a discovery document, by its own rules: one wrong entry costs it the whole document. */
export function judgeDiscovery(text: string): doctor.Finding[] {
  const groups = parse(text);
  if (!Array.isArray(groups)) {
    return [problem('document', 'is no JSON list')];
  }
  const troubles = groups.flatMap((group, index) => judgeGroup(group, index));
  if (troubles.length > 0) {
    return troubles
      .slice(0, MAX_SHOWN)
      .map((words) => problem('document', words, 'Prometheus refuses all of it'));
  }
  const twice = doubled(groups.map(identityOf));
  return [
    groups.length === 0
      ? warning('document', 'lists nothing: no agent has a path')
      : ok('document', `lists ${groups.length} targets, and Prometheus takes them all`),
    ...twice
      .slice(0, MAX_SHOWN)
      .map((identity) =>
        warning(
          'document',
          `several entries have the series of ${identity}`,
          'give the paths an instance label each',
        ),
      ),
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function judgeGroup(group: unknown, index: number): string[] {
  const { targets, labels = {} } = (group ?? {}) as { targets?: unknown; labels?: unknown };
  if (!Array.isArray(targets) || typeof labels !== 'object' || labels === null) {
    return [`entry ${index + 1} has no targets`];
  }
  const wrongTargets = targets.filter((target) => typeof target !== 'string' || !TARGET.test(target));
  const wrongLabels = Object.entries(labels).filter(
    ([name, value]) => !LABEL_NAME.test(name) || typeof value !== 'string',
  );
  return [
    ...wrongTargets.map((target) => `entry ${index + 1}: ${JSON.stringify(target)} is not host:port`),
    ...wrongLabels.map(([name]) => `entry ${index + 1}: the label ${JSON.stringify(name)} is not allowed`),
  ];
}

function identityOf(group: unknown): string {
  const { targets, labels } = group as { targets: string[]; labels: Record<string, string> };
  const seen = Object.entries(labels)
    .filter(([name]) => !name.startsWith('__'))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([labels['instance'] ?? targets, seen]);
}

const doubled = (texts: readonly string[]): string[] => [
  ...new Set(texts.filter((text, index) => texts.indexOf(text) !== index)),
];
