import { describe, expect, it } from 'vitest';
import { basePath, dashboardPath, relativeBase } from './base-path.js';

describe('the path of the dashboard', () => {
  it.each([
    ['dashboard', 'dashboard', 'dashboard/'],
    ['/dashboard/', 'dashboard', 'dashboard/'],
    ['/ops//proxy', 'ops/proxy', 'proxy/'],
    ['/', '', ''],
  ])('%s is served as /%s and links below itself with %s', (option, base, links) => {
    expect(dashboardPath.holds(option)).toBe(true);
    expect(basePath(option)).toBe(base);
    expect(relativeBase(base)).toBe(links);
  });

  it.each(['a b', ':id', '*', 'a?b', 'ä', '../..%2f'])('cannot be %s', (option) => {
    expect(dashboardPath.holds(option)).toBe(false);
  });
});
