import { readFile } from 'node:fs/promises';
import { expect, vi } from 'vitest';
import { expectAgentAtRest, expectProxyAtRest } from '../support/gauges.js';
import { openFilesOf } from '../support/open-files.js';
import { readMetrics } from '../support/metrics-page.js';
import type { Program } from '../support/program.js';
import type { World } from './world.js';

/** A process may hold this much more memory after a fault than before it. */
export const RSS_BAND_MBYTES = 150;
/** After 20,000 requests at once; a full collection takes what is in it back to where it was. */
export const FLOOD_RSS_BAND_MBYTES = 350;
/** Timers that come and go while nothing happens: a deadline of a heartbeat, a look at a file. */
const PASSING_TIMERS = 3;
/** Bodies that an agent and a proxy keep of one path, so that the next one travels as its difference. */
const BASES_PER_PATH = { agent: 2, proxy: 1 } as const;

/** What a process holds, as the system sees it. */
export interface Footprint {
  readonly files: number;
  /** What each of them is. */
  readonly names: readonly string[];
  readonly rssMBytes: number;
}

/** What a process of a world holds, as the system and it itself see it. */
export interface Holding extends Footprint {
  readonly timers: number;
  readonly bases: number;
}

export interface Footprints {
  readonly proxy: Holding;
  /** Its connections to targets are left out: they are kept on purpose. */
  readonly agent: Holding;
}

/** What both programs hold now. */
export async function footprintsOf({ proxy, agent, target }: World): Promise<Footprints> {
  const ofAgent = await footprintOf(agent.program);
  return {
    proxy: { ...(await footprintOf(proxy.program)), ...(await countsOf('proxy', proxy.ports.metrics)) },
    agent: {
      ...ofAgent,
      files: ofAgent.files - target.openConnections,
      ...(await countsOf('agent', agent.metricsPort)),
    },
  };
}

async function countsOf(name: 'proxy' | 'agent', port: number): Promise<{ timers: number; bases: number }> {
  const page = await readMetrics(port);
  return {
    timers: page.sum('nodejs_active_resources', { type: 'Timeout' }) ?? 0,
    bases: page.sum(`${name}_delta_bases`) ?? 0,
  };
}

/** Open descriptors and resident memory of one process. */
export async function footprintOf({ pid }: Program): Promise<Footprint> {
  const names = await openFilesOf(pid);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, rss] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return { files: names.length, names, rssMBytes: Math.round(Number(rss) / 1024) };
}

/**
 * Wait until nothing is left of a fault: no scrape pending, no transfer, nothing queued, no bytes of bodies, the one agent
 * with its paths over one connection, nobody unknown, no more descriptors and timers than before, bases of its paths alone;
 * memory within the band.
 */
export async function expectNothingLeft(
  world: World,
  before: Footprints,
  rssBandMBytes = RSS_BAND_MBYTES,
): Promise<Footprints> {
  const { proxy, agent, pathCount } = world;
  await expectProxyAtRest(proxy, { agents: 1, paths: pathCount }, 20_000);
  await expectAgentAtRest(agent, 20_000);
  const after = await vi.waitFor(
    async () => {
      const now = await footprintsOf(world);
      for (const name of ['proxy', 'agent'] as const) {
        const [is, was] = [now[name], before[name]];
        expect(is.files, `descriptors of the ${name}: ${is.names.join('; ')}`).toBeLessThanOrEqual(was.files);
        expect(is.timers, `timers of the ${name}`).toBeLessThanOrEqual(was.timers + PASSING_TIMERS);
        expect(is.bases, `bases of the ${name}`).toBeLessThanOrEqual(BASES_PER_PATH[name] * pathCount);
      }
      return now;
    },
    { timeout: 10_000, interval: 100 },
  );
  for (const name of ['proxy', 'agent'] as const) {
    expect(after[name].rssMBytes, `memory of the ${name}`).toBeLessThanOrEqual(
      before[name].rssMBytes + rssBandMBytes,
    );
  }
  return after;
}
