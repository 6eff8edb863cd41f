import { parseDurationMs, parsePathLabels } from '@app/protocol';
import { array, assert, oneof, property, record, string, webUrl } from 'fast-check';
import { expect, it } from 'vitest';
import { hostileLabels } from '../../../../test/support/hostile-labels.js';
import { InstanceLabels } from './instance-labels.js';
import { toTargetGroups, type TargetGroup } from './target-groups.js';

const registrations = array(record({ labels: hostileLabels, targetUrl: oneof(webUrl(), string()) }), {
  minLength: 1,
  maxLength: 8,
});

it('whatever agents send as labels, Prometheus takes the whole document, each path as a target of its own', () => {
  assert(
    property(registrations, (sent) => {
      const groups = documentOf(sent);

      expect(groups).toHaveLength(sent.length);
      expect(groups.flatMap(problemsOf)).toEqual([]);
      expect(new Set(groups.map(({ labels }) => labels['instance'])).size).toBe(sent.length);
    }),
    { numRuns: 500 },
  );
});

/** The document for these registrations, as it is read on the other side. */
function documentOf(sent: readonly { labels: string; targetUrl: string }[]): TargetGroup[] {
  const instances = new InstanceLabels();
  const listed = sent.map(({ labels, targetUrl }, at) => {
    const path = `path-${at}`;
    const parsed = parsePathLabels(labels, 8192).labels;
    instances.assign({ path, labels: parsed, targetUrl });
    return { path, agentNames: ['edge'], hostNames: ['host'], labels: parsed };
  });
  const address = { target: 'proxy:8080', scheme: 'http' } as const;
  const text = JSON.stringify(toTargetGroups(listed, address, (path) => instances.find(path)));
  // As Go reads it: what is no Unicode becomes the replacement character.
  return JSON.parse(Buffer.from(text).toString('utf8')) as TargetGroup[];
}

/** What Prometheus would refuse in one group, by the rules of its HTTP service discovery and of its targets. */
function problemsOf({ targets, labels }: TargetGroup): string[] {
  const entries = Object.entries(labels as Record<string, unknown>);
  const interval = parseDurationMs(labels['__scrape_interval__'] ?? '1h');
  const timeout = parseDurationMs(labels['__scrape_timeout__'] ?? '1ms');
  return [
    ...(targets.length === 1 && !targets[0].includes('/') ? [] : ['target']),
    ...entries
      .filter(([, one]) => typeof one !== 'string' || !one.isWellFormed())
      .map(([key]) => `value of ${key}`),
    ...entries.filter(([key]) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(key)).map(([key]) => `name ${key}`),
    ...('__address__' in labels ? ['address'] : []),
    ...(interval === undefined || timeout === undefined || timeout > interval ? ['durations'] : []),
    ...(labels['__metrics_path__']?.startsWith('/path-') === true ? [] : ['path']),
  ];
}
