import { describe, expect, it } from 'vitest';
import { findChromium, openChromium, openPage } from '../support/chromium.js';
import { DashboardScene } from '../support/dashboard-scene.js';
import { stagePerTest } from '../support/stage.js';

const PATHS = 1_000;

/** The longest time between two frames since it was started, in milliseconds. */
const WATCH_FRAMES = `
  window.longestFrameMs = 0;
  let last = performance.now();
  const frame = (now) => {
    window.longestFrameMs = Math.max(window.longestFrameMs, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
`;

describe.skipIf(findChromium() === undefined)('the dashboard with a thousand paths, in Chromium', () => {
  const stage = stagePerTest();

  it('stays fluid while all of them are scraped, and finds one of them', async () => {
    const scene = await DashboardScene.empty(stage);
    const paths = Array.from({ length: PATHS }, (_, index) => ({
      path: `site/app-${index}`,
      target: 'http://x/',
    }));
    await scene.join({ name: 'edge', host: 'gw', paths });
    const { page, complaints } = await openPage(await openChromium(stage));
    await page.goto(scene.url);
    await expect.poll(() => page.locator('#live-state').textContent()).toBe('live');
    expect(await page.locator('#paths tbody tr').count()).toBe(PATHS);

    await page.evaluate(WATCH_FRAMES);
    for (let first = 0; first < PATHS; first += 100) {
      await Promise.all(paths.slice(first, first + 100).map(({ path }) => scene.proxy.scrape(path)));
    }
    await expect.poll(() => page.locator('#paths .pill.ok').count()).toBe(PATHS);
    const longestFrameMs = await page.evaluate('window.longestFrameMs');
    await page.getByLabel('Filter').fill('app-777');
    await expect.poll(() => page.locator('#paths tbody tr').count()).toBe(1);

    // A quarter of a second is noticed; the machine that this runs on is shared.
    expect(longestFrameMs).toBeLessThan(1_000);
    expect(complaints).toEqual([]);
  });
});
