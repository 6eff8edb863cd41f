import { Counter, Gauge, type Registry } from 'prom-client';
import type { BaseStore } from '@app/delta';
import type { AgentIdentity } from '../agent-identity.js';
import type { CodingPaces } from '../delta/coding-paces.js';
import type { DeltaObserver } from '../delta/delta-coder.js';

/** What bodies save on the link by travelling as differences, and what is kept for that. Once per registry. */
export class DeltaMetrics implements DeltaObserver {
  readonly #registry: Registry;
  readonly #launch: { launch_id: string };
  readonly #bodies: Record<'hit' | 'miss' | 'passed', Counter.Internal>;
  readonly #saved: Counter.Internal;

  constructor(registry: Registry, identity: AgentIdentity, bases: BaseStore, paces: CodingPaces) {
    this.#registry = registry;
    this.#launch = { launch_id: identity.launchId };
    const bodies = this.#counter('agent_delta_bodies_total', 'Bodies the proxy would take as frames', [
      'base',
    ]);
    this.#bodies = {
      hit: this.#child(bodies, { base: 'hit' }),
      miss: this.#child(bodies, { base: 'miss' }),
      passed: this.#child(bodies, { base: 'passed' }),
    };
    this.#saved = this.#child(
      this.#counter(
        'agent_delta_saved_bytes_total',
        'Bytes of bodies that did not travel because of their frames',
      ),
      {},
    );
    this.#gauge('agent_delta_base_bytes', 'Bytes of bodies kept as bases', () => bases.usedBytes);
    this.#gauge('agent_delta_bases', 'Bodies kept as bases', () => bases.count);
    this.#gauge('agent_delta_paces', 'Paths of which is known how often they are scraped', () => paces.count);
    this.#evictions(bases);
  }

  coded(hadBase: boolean, savedBytes: number): void {
    this.#bodies[hadBase ? 'hit' : 'miss'].inc();
    this.#saved.inc(Math.max(0, savedBytes));
  }

  passed(): void {
    this.#bodies.passed.inc();
  }

  #counter(name: string, help: string, labels: string[] = []): Counter {
    return new Counter({ name, help, labelNames: ['launch_id', ...labels], registers: [this.#registry] });
  }

  #child(counter: Counter, labels: Record<string, string>): Counter.Internal {
    const child = counter.labels({ ...this.#launch, ...labels });
    child.inc(0);
    return child;
  }

  #gauge(name: string, help: string, read: () => number): void {
    const launch = this.#launch;
    const collect = function (this: Gauge): void {
      this.set(launch, read());
    };
    void new Gauge({ name, help, labelNames: ['launch_id'], registers: [this.#registry], collect });
  }

  #evictions(bases: BaseStore): void {
    const launch = this.#launch;
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(launch, bases.evictionCount);
    };
    const name = 'agent_delta_evictions_total';
    const labelNames = ['launch_id'];
    void new Counter({
      name,
      help: 'Bodies that made room for others',
      labelNames,
      registers: [this.#registry],
      collect,
    });
  }
}
