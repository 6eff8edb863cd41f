import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { dashboards } from '../../scripts/dashboards/index.js';
import { toGrafana } from '../../scripts/dashboards/panels.js';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const metrics = readFileSync(at('docs/metrics.md'), 'utf8');

describe.each(Object.entries(dashboards))('the dashboard %s', (file, dashboard) => {
  it('is what its source says (npm run dashboards)', async () => {
    const json = await format(JSON.stringify(toGrafana(dashboard)), { parser: 'json', printWidth: 110 });

    await expect(json).toMatchFileSnapshot(at(`deploy/grafana/${file}`));
  });

  it('asks for metrics that are documented, and says at each panel what to read from it', () => {
    for (const { title, about, queries } of dashboard.rows.flatMap(({ panels }) => panels)) {
      expect(about, title).toMatch(/\.$/);
      for (const { expr } of queries) {
        for (const [name] of expr.matchAll(/\b(?:proxy|agent|process|nodejs)_\w+(?=\{)/g)) {
          expect(metrics, `${title}: ${name}`).toContain(`\`${name.replace(/_(bucket|sum|count)$/, '')}\``);
        }
      }
    }
  });
});
