import type { Logger } from '@app/operations';
import { labelsOf, pathOf, type Target, type TargetConfig, type TargetTable } from '../target-table.js';
import type { TargetSource } from './target-source.js';

interface Claim {
  source: TargetSource;
  config: TargetConfig;
}

/**
 * Keeps the target table in line with what several sources tell: what is new is set, what has changed is set
 * again, what is gone is removed, and the rest is not touched. The strongest source that has a path decides on
 * it. What somebody else put into the table stays, and is stronger than any source.
 */
export class MergedTargets {
  readonly #table: TargetTable;
  readonly #sources: TargetSource[];
  readonly #log: Logger;
  readonly #lists = new Map<TargetSource, ReadonlyMap<string, TargetConfig>>();
  readonly #owned = new Map<string, Target>();
  #collisions = new Set<string>();

  /** @param sources - the strongest first */
  constructor(table: TargetTable, sources: readonly TargetSource[], log: Logger) {
    this.#table = table;
    this.#sources = [...sources];
    this.#log = log;
  }

  /** One more source, weaker than those there are; before `start`. */
  add(source: TargetSource): void {
    this.#sources.push(source);
  }

  /** Settles when every source has told its targets or could not. Whoever starts it stops it. */
  async start(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.start((targets) => this.#take(source, targets))));
  }

  stop(): void {
    this.#sources.forEach((source) => source.stop());
  }

  #take(source: TargetSource, targets: readonly TargetConfig[]): void {
    const list = new Map<string, TargetConfig>();
    for (const config of targets) {
      const path = pathOf(config);
      if (list.has(path)) {
        this.#log.warn({ path, source: source.name }, 'path stands twice, the later entry counts');
      }
      list.set(path, config);
    }
    this.#lists.set(source, list);
    this.#reconcile();
  }

  #reconcile(): void {
    const collisions = new Set<string>();
    const claims = this.#claims(collisions);
    for (const [path, target] of this.#owned) {
      if (!claims.has(path)) {
        this.#owned.delete(path);
        this.#removeOwn(target);
      }
    }
    for (const [path, claim] of claims) {
      this.#settle(path, claim, collisions);
    }
    this.#collisions = collisions;
  }

  /** Who has each path. */
  #claims(collisions: Set<string>): Map<string, Claim> {
    const claims = new Map<string, Claim>();
    for (const source of this.#sources) {
      for (const [path, config] of this.#lists.get(source) ?? []) {
        if (claims.has(path)) {
          this.#collide(path, source, collisions);
        } else {
          claims.set(path, { source, config });
        }
      }
    }
    return claims;
  }

  #settle(path: string, { source, config }: Claim, collisions: Set<string>): void {
    const owned = this.#owned.get(path);
    const current = this.#table.find(path);
    if (current !== undefined && current !== owned) {
      this.#owned.delete(path);
      this.#collide(path, source, collisions);
    } else if (owned === undefined || !isSame(owned, config) || owned.source !== source.origin) {
      this.#set(path, { source, config });
    } else {
      this.#table.refresh(owned, config);
    }
  }

  #set(path: string, { source, config }: Claim): void {
    const target = this.#table.set(config, source.origin);
    this.#owned.set(path, target);
    const { name, shownUrl, address } = target;
    if (address.kind === 'invalid') {
      this.#log.error({ name, path, target: shownUrl, reason: address.reason }, 'target cannot be scraped');
    }
  }

  #removeOwn(target: Target): void {
    if (this.#table.find(target.path) === target) {
      this.#table.remove(target.path);
    }
  }

  /** Said when it begins, not again for as long as it lasts. */
  #collide(path: string, source: TargetSource, collisions: Set<string>): void {
    const collision = JSON.stringify([path, source.name]);
    if (!this.#collisions.has(collision)) {
      this.#log.warn({ path, source: source.name }, 'path is taken already, this target has no effect');
    }
    collisions.add(collision);
  }
}

/** Whether the proxy would be told the same. */
function isSame(target: Target, config: TargetConfig): boolean {
  const inProcess = target.address.kind === 'ok' ? target.address.address.inProcess : undefined;
  return target.url === config.url && target.labels === labelsOf(config) && inProcess === config.inProcess;
}
