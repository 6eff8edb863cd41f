import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { expectProxyAtRest, waitForPaths } from '../../support/gauges.js';
import { readMetrics } from '../../support/metrics-page.js';
import { stagePerTest } from '../../support/stage.js';
import { footprintOf, RSS_BAND_MBYTES } from '../leak-check.js';
import { MixedLife, STABLE_AGENTS } from './mixed-life.js';
import { drawSoak, type SoakSample } from './soak-picture.js';

const MINUTES = Number(process.env['SOAK_MINUTES']);
const DURATION_MS = MINUTES * 60_000;
const SAMPLE_MS = Math.max(5_000, DURATION_MS / 240);
const WARM_UP_MS = Math.min(60_000, DURATION_MS / 10);

/** An agent may keep this many more connections to targets than its share. */
const KEPT_CONNECTIONS = 8;

/** Where the picture and the samples go. */
const RESULTS = new URL('../../../docs/reliability/', import.meta.url);

describe(`mixed life for ${MINUTES} minutes`, () => {
  const stage = stagePerTest();

  it(
    'leaves nothing behind',
    async () => {
      const life = await MixedLife.start(stage);
      await waitForPaths(life.proxy, life.pathsAtStart, 60_000);
      const startedAt = performance.now();
      const samples = [await sampleOf(life, startedAt)];

      life.begin();
      while (performance.now() - startedAt < DURATION_MS) {
        await sleep(SAMPLE_MS);
        samples.push(await sampleOf(life, startedAt));
      }
      await life.end();
      await expectProxyAtRest(life.proxy, { agents: STABLE_AGENTS, paths: life.pathsAtRest }, 30_000);
      const after = await sampleOf(life, startedAt);
      samples.push(after);
      await record(life, samples);

      const [before] = samples;
      const warm = samples.find(({ atSecs }) => atSecs * 1_000 >= WARM_UP_MS);
      expect(after.proxyFiles, 'descriptors of the proxy').toBeLessThanOrEqual(before?.proxyFiles ?? 0);
      expect(after.agentFiles, 'descriptors of the agent').toBeLessThanOrEqual(
        (before?.agentFiles ?? 0) + KEPT_CONNECTIONS,
      );
      for (const key of ['proxyRssMBytes', 'agentRssMBytes'] as const) {
        expect(after[key], key).toBeLessThanOrEqual((warm?.[key] ?? 0) + RSS_BAND_MBYTES);
      }
    },
    DURATION_MS + 300_000,
  );
});

async function sampleOf(life: MixedLife, startedAt: number): Promise<SoakSample> {
  const page = await readMetrics(life.proxy.ports.metrics);
  const [first] = life.stableAgents;
  const proxy = await footprintOf(life.proxy.program);
  const agent = await footprintOf(first!.program);
  // Those of both stable agents, half of which are this one's; the others have gone with their processes.
  const toTargets = Math.round(life.target.openConnections / STABLE_AGENTS);
  return {
    atSecs: Math.round((performance.now() - startedAt) / 1_000),
    proxyRssMBytes: proxy.rssMBytes,
    agentRssMBytes: agent.rssMBytes,
    proxyFiles: proxy.files,
    agentFiles: Math.max(0, agent.files - toTargets),
    pending: page.sum('proxy_scrape_map_size') ?? 0,
    agents: page.sum('proxy_agent_map_size') ?? 0,
  };
}

async function record(life: MixedLife, samples: readonly SoakSample[]): Promise<void> {
  const outcomes = Object.fromEntries(
    [...life.outcomes].toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL('soak.svg', RESULTS), drawSoak(samples));
  await writeFile(
    new URL('soak.json', RESULTS),
    `${JSON.stringify({ minutes: MINUTES, outcomes, samples })}\n`,
  );
  process.stdout.write(
    `${JSON.stringify({ outcomes, before: samples[0], after: samples.at(-1) }, null, 2)}\n`,
  );
}
