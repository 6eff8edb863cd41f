import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from './pages.ts';
import { direct, openRoad, OURS, type Road, type RoadPlan, type RoadSetting } from './road.ts';
import type { Settings } from './settings.ts';
import { Target } from './target.ts';

/** What a case works with: a target, roads to it, and a folder. All of it ends with the case. */
export class Scene {
  readonly settings: Settings;
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-'));
  readonly #ends: (() => Promise<void> | void)[] = [];

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** What is measured: this package, and the peer where there is one. */
  get plans(): readonly RoadPlan[] {
    const { peer } = this.settings;
    return peer === undefined ? [OURS] : [OURS, peer];
  }

  async target(pages: readonly Page[]): Promise<Target> {
    const target = await Target.start(this.folder, pages);
    this.atEnd(() => target.program.stop());
    return target;
  }

  async road(plan: RoadPlan, setting: Omit<RoadSetting, 'folder'>): Promise<Road> {
    const road = await openRoad(plan, { ...setting, folder: this.folder });
    this.atEnd(() => road.stop());
    return road;
  }

  /** Straight to the target, this package, and the peer. */
  async roads(target: Target, pages: readonly Page[]): Promise<Road[]> {
    const setting = { targetPort: target.port, paths: pages.map((page) => page.name) };
    const roads = [direct(target.port)];
    for (const plan of this.plans) roads.push(await this.road(plan, setting));
    return roads;
  }

  bodyFile(page: Page): string {
    return join(this.folder, 'pages', `${page.name}.gz`);
  }

  /** Call when the case is over, the last one first. */
  atEnd(end: () => Promise<void> | void): void {
    this.#ends.push(end);
  }

  async clear(): Promise<void> {
    for (const end of this.#ends.toReversed()) await end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
