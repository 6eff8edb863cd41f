import { describe, expect, it } from 'vitest';
import { findChromium, openChromium, openPage } from '../support/chromium.js';
import { DashboardScene } from '../support/dashboard-scene.js';
import { stagePerTest } from '../support/stage.js';

const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(2)><b id=evil>&lt;</b>`;

describe.skipIf(findChromium() === undefined)('a hostile agent on the dashboard, in Chromium', () => {
  const stage = stagePerTest();

  it('has its words shown as they are, in a page that is loaded and in rows that arrive', async () => {
    const scene = await DashboardScene.empty(stage);
    const { page, complaints } = await openPage(await openChromium(stage));
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const shown = async (): Promise<object> => ({
      agent: await page.locator('#agents .name').first().textContent(),
      host: await page.locator('#agents td').first().textContent(),
      path: await page.locator('#paths .name').textContent(),
      target: await page.locator('#paths .target').textContent(),
      label: await page.locator('#paths .label').textContent(),
      reason: await page.locator('#paths .words').textContent(),
      failure: await page.locator('#failures .words').textContent(),
      foreign: await page.locator('#evil, b, img, script:not([src])').count(),
    });
    await page.goto(scene.url);
    await expect.poll(() => page.locator('#live-state').textContent()).toBe('live');

    await scene.join({
      name: HOSTILE,
      host: HOSTILE,
      paths: [
        {
          path: HOSTILE,
          target: `http://x/${HOSTILE}`,
          labels: { site: HOSTILE },
          failure: { status: 503, words: HOSTILE },
        },
      ],
    });
    await scene.proxy.scrape(encodeURIComponent(HOSTILE));
    await expect.poll(() => page.locator('#failures .words').count()).toBe(1);
    await expect.poll(() => page.locator('#paths tr.failing').count()).toBe(1);
    const arrived = await shown();
    await page.reload();
    const loaded = await shown();

    expect(arrived).toEqual({
      agent: HOSTILE,
      host: expect.stringContaining(HOSTILE),
      path: `/${HOSTILE}`,
      target: `http://x/${HOSTILE}`,
      label: `site=${HOSTILE}`,
      reason: `${HOSTILE} (agent ${HOSTILE})`,
      failure: `${HOSTILE} (agent ${HOSTILE})`,
      foreign: 0,
    });
    expect(loaded).toEqual(arrived);
    expect([dialogs, complaints]).toEqual([[], []]);
  });
});
