import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium, openPage, type PageSettings } from '../support/chromium.js';
import { DashboardScene } from '../support/dashboard-scene.js';
import { Stage, stagePerTest } from '../support/stage.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(findChromium() === undefined)('the dashboard in Chromium', () => {
  const browserStage = new Stage();
  const stage = stagePerTest();
  let browser: Browser;

  beforeAll(async () => {
    browser = await openChromium(browserStage);
  });
  afterAll(() => browserStage.clear());

  const open = async (
    url: string,
    settings?: PageSettings,
  ): Promise<{ page: Page; complaints: string[] }> => {
    const opened = await openPage(browser, settings);
    stage.atEnd(() => opened.page.close());
    await opened.page.goto(url);
    if (settings?.javaScriptEnabled !== false) {
      await expect.poll(() => opened.page.locator('#live-state').textContent()).toBe('live');
    }
    return opened;
  };
  const namesIn = (page: Page, table: string): Promise<string[]> =>
    page.locator(`#${table} tbody tr:not([hidden]) .name`).allTextContents();

  it('answers why a target is not scraped: failing paths first, with reason and what to do', async () => {
    const scene = await DashboardScene.fleet(stage);
    const { page, complaints } = await open(scene.url);

    const first = page.locator('#paths tbody tr').first();

    expect(await first.innerText()).toMatch(
      /\/berlin\/postgres[^]*502 target_unreachable[^]*connection refused by 10\.4\.0\.17:9187[^]*failed 20 times in a row/,
    );
    await first.getByRole('link', { name: 'target_unreachable' }).click();
    expect(await page.locator('#target_unreachable').innerText()).toContain(
      "Try the URL from the agent's host.",
    );
    expect(page.url()).toMatch(/\/dashboard\/reasons#target_unreachable$/);
    await page.getByRole('link', { name: 'Back to the dashboard' }).click();
    expect(await page.locator('h1').innerText()).toContain('prometheus-proxy');
    expect(complaints).toEqual([]);
  });

  it('shows agents and scrapes as they come and go, without being loaded again', async () => {
    const scene = await DashboardScene.empty(stage);
    const { page, complaints } = await open(scene.url);
    await page.evaluate('window.isSamePage = true');
    expect(await page.locator('#paths .empty').innerText()).toBe('No paths are registered.');

    const agent = await scene.join({
      name: 'edge',
      host: 'gw',
      paths: [{ path: 'app', target: 'http://db/' }],
    });
    await expect.poll(() => namesIn(page, 'agents')).toEqual(['edge']);
    await scene.proxy.scrape('app');
    await expect.poll(() => page.locator('#paths tbody tr').innerText()).toMatch(/\/app[^]*200[^]*100 B/);
    agent.vanish();

    await expect.poll(() => namesIn(page, 'departed-agents')).toEqual(['edge']);
    await expect.poll(() => namesIn(page, 'departed-paths')).toEqual(['/app']);
    expect(await page.locator('#agents .empty').innerText()).toBe('No agents are connected.');
    expect(await page.locator('#announcement').textContent()).toBe(
      '0 agents, 0 paths, 0 failing, 1 agent departed',
    );
    expect(await page.evaluate('window.isSamePage')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('shows what the filter lets through while it is typed, and goes on being live', async () => {
    const scene = await DashboardScene.fleet(stage);
    const { page } = await open(scene.url);

    await page.getByLabel('Filter').pressSequentially('plant-7 line=b');

    await expect.poll(() => namesIn(page, 'paths')).toEqual(['/plant-7/line-b']);
    expect(await page.locator('#paths [data-count]').innerText()).toBe('1 of 7');
    expect(new URL(page.url()).searchParams.get('q')).toBe('plant-7 line=b');
    await expect.poll(() => page.locator('#live-state').textContent()).toBe('live');
    await scene.join({
      name: 'x',
      host: 'y',
      paths: [{ path: 'x', target: '', labels: { at: 'plant-7', line: 'b' } }],
    });
    await expect.poll(() => namesIn(page, 'paths')).toEqual(['/x', '/plant-7/line-b']);
    await page.getByLabel('Filter').fill('');
    await expect.poll(async () => (await namesIn(page, 'paths')).length).toBe(8);
  });

  it('stands still while it is paused, and catches up', async () => {
    const scene = await DashboardScene.empty(stage);
    const { page } = await open(scene.url);

    await page.getByRole('button', { name: 'Pause' }).click();
    await scene.join({ name: 'edge', host: 'gw', paths: [] });
    expect(await page.locator('#live-state').textContent()).toBe('paused');
    expect(await namesIn(page, 'agents')).toEqual([]);
    await page.getByRole('button', { name: 'Pause' }).click();

    await expect.poll(() => namesIn(page, 'agents')).toEqual(['edge']);
  });

  it('works without JavaScript: the tables, the filter, and loading again unless it is stopped', async () => {
    const scene = await DashboardScene.fleet(stage);
    const { page, complaints } = await open(scene.url, { javaScriptEnabled: false });

    expect(await namesIn(page, 'paths')).toHaveLength(7);
    expect(await page.locator('noscript meta[http-equiv=refresh]').count()).toBe(1);
    await page.getByLabel('Filter').fill('lisbon');
    await page.getByRole('button', { name: 'Apply' }).click();
    expect(await namesIn(page, 'paths')).toEqual(['/lisbon/gateway']);
    await page.getByRole('link', { name: 'stop' }).click();
    expect(await namesIn(page, 'paths')).toEqual(['/lisbon/gateway']);
    expect(await page.locator('noscript meta[http-equiv=refresh]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 420],
    ['dark', 420],
  ] as const)('has nothing that stands in the way of anybody, in %s, %d wide', async (colorScheme, width) => {
    const scene = await DashboardScene.fleet(stage);
    const { page } = await open(scene.url, { colorScheme, width });
    const check = async (): Promise<string[]> => {
      await page.evaluate((await import('node:fs')).readFileSync(AXE, 'utf8'));
      const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] };
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    };

    const onDashboard = await check();
    await page.goto(`${scene.url}/reasons`);
    const onReasons = await check();

    expect([onDashboard, onReasons]).toEqual([[], []]);
  });

  it('can be used with the keyboard alone', async () => {
    const scene = await DashboardScene.fleet(stage);
    const { page } = await open(scene.url);

    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the paths');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');

    expect(await page.evaluate('document.activeElement.textContent')).toBe('502 target_unreachable');
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
  });

  it('keeps the focus on a row that changes', async () => {
    const scene = await DashboardScene.fleet(stage);
    const { page } = await open(scene.url);
    const row = page.locator('#paths tbody tr').first();
    await row.getByRole('link').focus();

    await scene.proxy.scrape('berlin/postgres');

    await expect.poll(() => row.innerText()).toContain('failed 21 times');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('502 target_unreachable');
  });
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
