import { describe, expect, it } from 'vitest';
import { findChromium, openChromium, openPage } from '../support/chromium.js';
import { DashboardScene } from '../support/dashboard-scene.js';
import { workOf } from '../support/page-work.js';
import { stagePerTest } from '../support/stage.js';

const PATHS = 1_000;
const LIMIT_MS = 120_000;
const SOON = { timeout: 30_000 };

/** How long the page may be busy at a stretch: an answer within it feels like one at once. */
const LONGEST_TASK_MS = 100;

const isFailing = (index: number): boolean => index % 10 === 7;

describe.skipIf(findChromium() === undefined)('the dashboard with a thousand paths, in Chromium', () => {
  const stage = stagePerTest();

  it(
    'stays fluid and in order while all of them change, finds one of them, and sees all of them go',
    async () => {
      const scene = await DashboardScene.empty(stage);
      const paths = Array.from({ length: PATHS }, (_, index) => ({
        path: `site/app-${index}`,
        target: 'http://x/',
        ...(isFailing(index) && { failure: { status: 503, words: 'connection refused' } }),
      }));
      const agent = await scene.join({ name: 'edge', host: 'gw', paths });
      const browser = await openChromium(stage);
      const { page, complaints } = await openPage(browser);
      const rows = page.locator('#paths tbody tr');
      await page.goto(scene.url);
      await expect.poll(() => page.locator('#live-state').textContent()).toBe('live');
      expect(await rows.count()).toBe(PATHS);

      const changing = await workOf(browser, page, async () => {
        for (let first = 0; first < PATHS; first += 100) {
          await Promise.all(paths.slice(first, first + 100).map(({ path }) => scene.proxy.scrape(path)));
        }
        await expect.poll(() => page.locator('#paths .name').allTextContents(), SOON).toEqual(inOrder(paths));
      });
      expect(await page.locator('#paths .pill.ok').count()).toBe(PATHS - PATHS / 10);
      await page.getByLabel('Filter').fill('app-777');
      await expect.poll(() => rows.count()).toBe(1);
      await page.getByLabel('Filter').fill('');
      await expect.poll(() => rows.count(), SOON).toBe(PATHS);
      await expect.poll(() => page.locator('#live-state').textContent()).toBe('live');
      const leaving = await workOf(browser, page, async () => {
        agent.vanish();
        await expect.poll(() => rows.count(), SOON).toBe(0);
      });

      expect(changing.taskMs[0]).toBeLessThan(LONGEST_TASK_MS);
      expect(leaving.taskMs[0]).toBeLessThan(LONGEST_TASK_MS);
      expect(complaints).toEqual([]);
    },
    LIMIT_MS,
  );
});

/** The names as the page shows them once all are scraped: what fails first, then by name. */
function inOrder(paths: readonly { readonly path: string; readonly failure?: object }[]): string[] {
  const names = (isWanted: boolean): string[] =>
    paths
      .filter(({ failure }) => (failure !== undefined) === isWanted)
      .map(({ path }) => `/${path}`)
      .sort();
  return [...names(true), ...names(false)];
}
