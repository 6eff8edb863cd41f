import { type Browser, chromium, type Page } from 'playwright-core';
import { findOnPath } from './real-programs.js';
import type { Stage } from './stage.js';

/** No profile of a person, no call home, and nothing that a container lacks. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, where it is installed. */
export const findChromium = (): string | undefined => findOnPath('chromium')[0];

/** What a page said in the browser's console, and what it threw. */
export interface BrowserPage {
  readonly page: Page;
  readonly complaints: string[];
}

export interface PageSettings {
  readonly colorScheme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** A headless Chromium that is gone with the stage. */
export async function openChromium(stage: Stage): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: FLAGS });
  stage.atEnd(() => browser.close());
  return browser;
}

/** A page of its own, that remembers whatever the console was told above a note. */
export async function openPage(browser: Browser, settings: PageSettings = {}): Promise<BrowserPage> {
  const { width = 1440, height = 1000, ...options } = settings;
  const page = await browser.newPage({ viewport: { width, height }, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}
