import { describe, expect, it } from 'vitest';
import { InstanceLabels } from './instance-labels.js';

const source = (path: string, targetUrl: string, labels: Record<string, string> = {}) => ({
  path,
  targetUrl,
  labels,
});

describe('instance labels', () => {
  it.each([
    [
      'the host and port of the target, and the path',
      source('app', 'http://db1:9100/metrics'),
      'db1:9100/app',
    ],
    ['the default port of its scheme', source('app', 'https://***@db1/metrics'), 'db1:443/app'],
    ['a bracketed IPv6 address', source('app', 'http://[::1]:9100/'), '[::1]:9100/app'],
    ['the path alone when the agent told no URL', source('app', ''), 'app'],
    ['what the agent gave', source('app', 'http://db1:9100/', { instance: 'db-one' }), 'db-one'],
  ])('are %s', (_title, path, expected) => {
    const instances = new InstanceLabels();

    instances.assign(path);

    expect(instances.find('app')).toBe(expected);
  });

  it('are unique: the later of two equal ones gets its path appended', () => {
    const instances = new InstanceLabels();

    instances.assign(source('a', '', { instance: 'same' }));
    instances.assign(source('b', '', { instance: 'same' }));

    expect([instances.find('a'), instances.find('b')]).toEqual(['same', 'same/b']);
  });

  it('do not change because another path went, or because their own was registered again', () => {
    const instances = new InstanceLabels();
    instances.assign(source('a', '', { instance: 'same' }));
    instances.assign(source('b', '', { instance: 'same' }));

    instances.retain((path) => path === 'b');
    instances.assign(source('b', '', { instance: 'same' }));

    expect([instances.find('a'), instances.find('b')]).toEqual([undefined, 'same/b']);
  });

  it('follow what the agent says now', () => {
    const instances = new InstanceLabels();
    instances.assign(source('a', 'http://old:1/'));

    instances.assign(source('a', 'http://new:1/'));

    expect(instances.find('a')).toBe('new:1/a');
  });
});
