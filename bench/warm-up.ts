import type { Page } from './pages.ts';
import type { Road } from './road.ts';
import type { Scene } from './scene.ts';
import { runLoad } from './wrk.ts';

/** The longest that one page is scraped for, in seconds. */
export const MOST_SECS = 8;

/** Scrape each page over a road until the code that does it is compiled. */
export async function warmUp(scene: Scene, road: Road, pages: readonly Page[]): Promise<void> {
  if (road.proxy === undefined) return;
  const { warmUpScrapes } = scene.settings.effort;
  for (const page of pages) {
    let left = warmUpScrapes;
    for (let secs = 0; left > 0 && secs < MOST_SECS; secs += 1) {
      const load = {
        port: road.port,
        requestTarget: road.requestTarget(page.name),
        bodyFile: scene.bodyFile(page),
      };
      left -= (await runLoad({ ...load, connections: 10, secs: 1 })).requests;
    }
  }
}
