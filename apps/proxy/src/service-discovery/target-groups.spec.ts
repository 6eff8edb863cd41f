import { describe, expect, it } from 'vitest';
import type { ListedPath } from '../paths/listed-path.js';
import { matches, toTargetGroups } from './target-groups.js';
import { parseTargetPrefix } from './target-prefix.js';

const listed = (path: string, labels: Record<string, string> = {}, agentNames = ['edge']): ListedPath => ({
  path,
  agentNames,
  hostNames: agentNames.map((name) => `${name}-host`),
  labels,
});

const ADDRESS = { target: 'proxy:8080', scheme: 'http' } as const;

describe('the groups of the discovery document', () => {
  it('hold one target each, with its path, its agents and its labels', () => {
    const groups = toTargetGroups(
      [listed('site/db 1', { env: 'prod' }, ['a', 'b'])],
      ADDRESS,
      () => 'db:1/x',
    );

    expect(groups).toEqual([
      {
        targets: ['proxy:8080'],
        labels: {
          env: 'prod',
          __metrics_path__: '/site/db 1',
          instance: 'db:1/x',
          agentName: 'a, b',
          hostName: 'a-host, b-host',
        },
      },
    ]);
  });

  it('are sorted by path, whatever the order of registration', () => {
    const groups = toTargetGroups([listed('c'), listed('a'), listed('b')], ADDRESS, () => undefined);

    expect(groups.map(({ labels }) => labels['__metrics_path__'])).toEqual(['/a', '/b', '/c']);
  });

  it("do not let an agent's labels replace those that lead to the target", () => {
    const [group] = toTargetGroups(
      [
        listed('a', {
          __metrics_path__: '/b',
          __scheme__: 'ftp',
          agentName: 'x',
          hostName: 'y',
          instance: 'z',
        }),
      ],
      ADDRESS,
      () => 'own',
    );

    expect(group?.labels).toEqual({
      __metrics_path__: '/a',
      instance: 'own',
      agentName: 'edge',
      hostName: 'edge-host',
    });
  });

  it('say https as a label, and leave the instance to Prometheus when told to', () => {
    const [group] = toTargetGroups([listed('a')], { target: 'p:443', scheme: 'https' }, () => undefined);

    expect(group?.labels).toMatchObject({ __scheme__: 'https' });
    expect(group?.labels).not.toHaveProperty('instance');
  });
});

describe('a query of the discovery document', () => {
  it.each([
    ['', true],
    ['agent=edge', true],
    ['agent=other', false],
    ['label.env=prod', true],
    ['label.env=test', false],
    ['label.none=', false],
    ['agent=edge&label.env=test', false],
    ['unknown=1', true],
  ])('%j', (query, expected) => {
    expect(matches(listed('a', { env: 'prod' }), new URLSearchParams(query))).toBe(expected);
  });
});

describe('a target prefix', () => {
  it.each([
    ['http://localhost:8080/', { target: 'localhost:8080', scheme: 'http' }],
    ['proxy.example.com:8080', { target: 'proxy.example.com:8080', scheme: 'http' }],
    ['https://proxy.example.com', { target: 'proxy.example.com:443', scheme: 'https' }],
    ['HTTP://[::1]:8080', { target: '[::1]:8080', scheme: 'http' }],
    ['http://proxy/path', undefined],
    ['ftp://proxy', undefined],
    ['', undefined],
    ['http://user:secret@proxy/', undefined],
  ])('%j', (prefix, expected) => {
    expect(parseTargetPrefix(prefix)).toEqual(expected);
  });
});
