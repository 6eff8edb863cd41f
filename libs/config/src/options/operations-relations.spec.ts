import { describe, expect, it } from 'vitest';
import { operationsRows } from './common-rows.js';
import { findPageClashes } from './operations-relations.js';
import { defaultValues } from './option-values.js';
import { type Setting, Settings } from './settings.js';

const defaults = defaultValues(operationsRows({ admin: 9, metrics: 9 }), {
  admin: { enabled: true },
  metrics: { enabled: true },
});

/** What is said when these are set by flags, and the rest left as it is. */
function problems(set: { admin?: object; metrics?: object }): string[] {
  const values = {
    admin: { ...defaults.admin, ...set.admin },
    metrics: { ...defaults.metrics, ...set.metrics },
  };
  const keys = (['admin', 'metrics'] as const).flatMap((area) =>
    Object.keys(set[area] ?? {}).map((key) => `${area}.${key}`),
  );
  const given: Setting = { value: undefined, source: { kind: 'flag', flag: '-x' } };
  return findPageClashes(values, new Settings('app', new Map(keys.map((key) => [key, given]))));
}

describe('two pages of one port', () => {
  it.each([
    [
      { metrics: { path: 'ping' } },
      'app.metrics.path (-x): "ping" is the path of admin.pingPath, too; each needs its own',
    ],
    [
      { metrics: { path: ' /ping/ ' } },
      'app.metrics.path (-x): "ping" is the path of admin.pingPath, too; each needs its own',
    ],
    [
      { admin: { versionPath: 'ping' } },
      'app.admin.versionPath (-x): "ping" is the path of admin.pingPath, too; each needs its own',
    ],
    [
      { admin: { pingPath: 'version' } },
      'app.admin.pingPath (-x): "version" is the path of admin.versionPath, too; each needs its own',
    ],
    [
      { admin: { pingPath: 'readyz' } },
      'app.admin.pingPath (-x): "readyz" is a page of the admin server already; choose another',
    ],
    [
      { admin: { debugEnabled: true }, metrics: { path: 'debug' } },
      'app.metrics.path (-x): "debug" is a page of the admin server already; choose another',
    ],
  ])('cannot have one path: %j', (set, problem) => {
    expect(problems(set)).toEqual([problem]);
  });

  it('are each told of', () => {
    expect(problems({ admin: { pingPath: 'a', versionPath: 'a', healthCheckPath: 'a' } })).toHaveLength(2);
  });

  it.each([
    ['all of them differ', {}],
    ['neither is served', { admin: { pingPath: '', versionPath: ' ' }, metrics: { path: '' } }],
    ['their ports differ', { admin: { pingPath: 'metrics' }, metrics: { port: 10 } }],
    ['their addresses differ', { admin: { pingPath: 'metrics', bindAddress: '127.0.0.1' } }],
    ['the metrics are off', { admin: { pingPath: 'metrics' }, metrics: { enabled: false } }],
    ['the admin pages are off', { admin: { enabled: false, pingPath: 'version' } }],
    ['debugging is off', { metrics: { path: 'debug' } }],
  ])('are well when %s', (_, set) => {
    expect(problems(set)).toEqual([]);
  });
});
