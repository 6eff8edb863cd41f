import { describe, expect, it } from 'vitest';
import { HealthChecks } from './health-checks.js';

describe('the health checks', () => {
  it('answer per scope, sorted by name', () => {
    const checks = new HealthChecks();
    checks.add({ name: 'b', scopes: ['livez', 'readyz'], check: () => ({ healthy: true }) });
    checks.add({ name: 'a', scopes: ['readyz'], check: () => ({ healthy: false, message: 'why' }) });

    const names = (['livez', 'readyz', 'healthcheck'] as const).map((scope) =>
      checks.run(scope).map(({ name, healthy }) => [name, healthy]),
    );

    expect(names).toEqual([
      [['b', true]],
      [
        ['a', false],
        ['b', true],
      ],
      [],
    ]);
  });

  it('refuse a second check of the same name', () => {
    const checks = new HealthChecks();
    const check = { name: 'a', scopes: [], check: () => ({ healthy: true }) };
    checks.add(check);

    const again = (): void => checks.add(check);

    expect(again).toThrow('there is a health check named a already');
  });
});
