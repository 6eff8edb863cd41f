import { readdir, readFile } from 'node:fs/promises';
import { expect, vi } from 'vitest';
import { expectAgentAtRest, expectProxyAtRest } from '../support/gauges.js';
import type { Program } from '../support/program.js';
import type { World } from './world.js';

/** A process may hold this much more memory after a fault than before it. */
export const RSS_BAND_MBYTES = 150;

/** What a process holds, as the system sees it. */
export interface Footprint {
  readonly files: number;
  readonly rssMBytes: number;
}

export interface Footprints {
  readonly proxy: Footprint;
  /** Its connections to targets are left out: they are kept on purpose. */
  readonly agent: Footprint;
}

/** What both programs hold now. */
export async function footprintsOf({ proxy, agent, target }: World): Promise<Footprints> {
  const ofAgent = await footprintOf(agent.program);
  return {
    proxy: await footprintOf(proxy.program),
    agent: { ...ofAgent, files: ofAgent.files - target.openConnections },
  };
}

/** Open descriptors and resident memory of one process. */
export async function footprintOf({ pid }: Program): Promise<Footprint> {
  const files = (await readdir(`/proc/${pid}/fd`)).length;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, rss] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return { files, rssMBytes: Math.round(Number(rss) / 1024) };
}

/**
 * Wait until nothing is left of a fault: no scrape pending, no transfer, nothing queued, no bytes of bodies, the one agent
 * with its paths over one connection, nobody unknown, no scraper, and no more descriptors than before; memory within the band.
 */
export async function expectNothingLeft(world: World, before: Footprints): Promise<Footprints> {
  const { proxy, agent, pathCount } = world;
  await expectProxyAtRest(proxy, { agents: 1, paths: pathCount }, 20_000);
  await expectAgentAtRest(agent, 20_000);
  const after = await vi.waitFor(
    async () => {
      const now = await footprintsOf(world);
      expect(now.proxy.files, 'descriptors of the proxy').toBeLessThanOrEqual(before.proxy.files);
      expect(now.agent.files, 'descriptors of the agent').toBeLessThanOrEqual(before.agent.files);
      return now;
    },
    { timeout: 10_000, interval: 100 },
  );
  for (const name of ['proxy', 'agent'] as const) {
    expect(after[name].rssMBytes, `memory of the ${name}`).toBeLessThanOrEqual(
      before[name].rssMBytes + RSS_BAND_MBYTES,
    );
  }
  return after;
}
