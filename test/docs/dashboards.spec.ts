import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { dashboards } from '../../scripts/dashboards/index.js';
import { toGrafana } from '../../scripts/dashboards/panels.js';
import { needing, runCheck } from '../support/ci-tools.js';

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

const schemas = needing('check-dashboard', "Grafana's own schemas");
describe.skipIf(schemas.isMissing)(schemas.title, () => {
  it.each(Object.keys(dashboards))('have nothing against %s', (file) => {
    expect(runCheck('check-dashboard', [at(`deploy/grafana/${file}`)]).stderr).toBe('');
  });

  it('would have something against an option that a panel does not know', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
    const wrong = join(folder, 'wrong.json');
    const text = readFileSync(at('deploy/grafana/overview.json'), 'utf8');
    await writeFile(wrong, text.replace('"sort": "desc"', '"sorted": "desc"'));

    expect(runCheck('check-dashboard', [wrong]).stderr).toContain("unexpected field 'sorted'");
    await rm(folder, { recursive: true });
  });
});
