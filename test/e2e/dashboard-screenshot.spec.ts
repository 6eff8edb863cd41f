import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findChromium, openChromium, openPage } from '../support/chromium.js';
import { DashboardScene } from '../support/dashboard-scene.js';
import { stagePerTest } from '../support/stage.js';

/** `npm run screenshots` renews the pictures of the documentation. */
const folder = process.env['SCREENSHOTS'];

const PICTURES = new Set(['dashboard-wide-light.png', 'dashboard-narrow-dark.png']);

describe.skipIf(findChromium() === undefined)('pictures of the dashboard, with Chromium', () => {
  const stage = stagePerTest();

  it('fit the window, wide and narrow, in light and in dark', async () => {
    const into =
      folder === undefined
        ? await stage.tempDir()
        : fileURLToPath(new URL(`../../${folder}`, import.meta.url));
    await mkdir(into, { recursive: true });
    const scene = await DashboardScene.fleet(stage);
    const browser = await openChromium(stage);

    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 420]) {
        const { page } = await openPage(browser, { colorScheme, width, height: 1000 });
        await page.goto(scene.url);
        await expect.poll(() => page.locator('#live-state').textContent()).toBe('live');

        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');

        expect(overflow, `${colorScheme} ${width}`).toBeLessThanOrEqual(0);
        const size = width > 1000 ? 'wide' : 'narrow';
        const name = `dashboard-${size}-${colorScheme}.png`;
        if (PICTURES.has(name)) await page.screenshot({ path: join(into, name) });
      }
    }
  });
});
