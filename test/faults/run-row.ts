import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect } from 'vitest';
import { recoveryMs as timeToSuccess, slowestMs, waitForSteadySuccess } from '../support/load-report.js';
import { type PacedScrape, type PacedScrapes, WRONG_BODY } from '../support/paced-scrapes.js';
import { readMetrics } from '../support/metrics-page.js';
import { Stage } from '../support/stage.js';
import type { FaultRow } from './fault-row.js';
import { expectNothingLeft, FLOOD_RSS_BAND_MBYTES, footprintsOf, RSS_BAND_MBYTES } from './leak-check.js';
import { TIMEOUT_SECS, type World } from './world.js';

/** What a loaded machine may add to the time of an answer, in ms. */
const TOLERANCE_MS = 250;
/** How long the process of the test, which scrapes, relays and is the target, may be busy in one go, in ms. */
const STANDSTILL_MS = 1_000;
/** So many successes in a row are steady, or those of a second where these are fewer. */
const STEADY = 10;

/** What was seen of a row, in words, and the time to recovery in ms where a scrape failed. */
export interface Seen {
  readonly words: string;
  readonly recoveryMs: number | undefined;
}

/** Run one row on top of steady scrapes, and check what holds for every row. */
export async function runRow(row: FaultRow, world: World): Promise<Seen> {
  const before = await footprintsOf(world);
  const ownDelay = monitorEventLoopDelay({ resolution: 20 });
  ownDelay.enable();
  world.stage = new Stage();
  world.startLoad();
  try {
    await everyLoad(world, isSteady);
    const remark = await row.inject(world);
    const goneAt = performance.now();
    await world.stage.clear();
    const recovered = await everyLoad(world, (load) => timeToSuccess(load, goneAt, row.recoveryMs ?? 1_000));
    await everyLoad(world, isSteady);
    await expectEveryWay(world);
    await world.stopLoad();
    const scrapes = world.loads.flatMap((load) => load.finished);
    judge(row, scrapes, Math.max(...recovered), ownDelay.max / 1e6);
    await expectNothingLeft(world, before, row.isFlood === true ? FLOOD_RSS_BAND_MBYTES : RSS_BAND_MBYTES);
    const hasFailed = scrapes.some(({ status }) => status !== 200);
    return {
      words: [summaryOf(scrapes), remark].filter(Boolean).join('; '),
      recoveryMs: hasFailed ? Math.max(...recovered) : undefined,
    };
  } finally {
    ownDelay.disable();
    await world.stopLoad();
    await world.stage.clear();
  }
}

/** A scraper, target and relay that stood still themselves are no judges: then it is the row that has to be mended. */
function judge(
  row: FaultRow,
  scrapes: readonly PacedScrape[],
  recovered: number,
  stoodStillMs: number,
): void {
  expect(stoodStillMs, 'how long the test itself stood still').toBeLessThan(STANDSTILL_MS);
  const outcomes = scrapes.map(outcomeOf);
  const answered = scrapes.filter(({ status }) => status !== 'none');
  expect(outcomes.filter((outcome) => outcome.includes(WRONG_BODY))).toEqual([]);
  expect(outcomes.filter((outcome) => outcome !== '200' && row.allowed?.test(outcome) !== true)).toEqual([]);
  if (row.answersLate !== true) {
    expect(slowestMs(answered), 'the slowest answer').toBeLessThan(TIMEOUT_SECS * 1_000 + TOLERANCE_MS);
  }
  if (row.recoveryMs !== undefined) {
    expect(recovered, 'the time to recovery').toBeLessThan(row.recoveryMs);
  }
}

/** Zero wrong bodies says something of the ways that bodies travel only while they do travel on all of them. */
async function expectEveryWay({ agent }: World): Promise<void> {
  const page = await readMetrics(agent.metricsPort);
  for (const type of ['non-gzipped', 'gzipped', 'chunked']) {
    expect(page.sum('agent_scrape_result_count_total', { type }), type).toBeGreaterThan(0);
  }
}

function isSteady(load: PacedScrapes): Promise<void> {
  return waitForSteadySuccess(load, Math.min(STEADY, load.perSecond));
}

function everyLoad<T>({ loads }: World, act: (load: PacedScrapes) => Promise<T>): Promise<T[]> {
  return Promise.all(loads.map(act));
}

function outcomeOf({ status, reason }: PacedScrape): string {
  return `${status} ${reason}`.trim();
}

/** Each outcome with how often it was seen. */
function summaryOf(scrapes: readonly PacedScrape[]): string {
  const counts = Map.groupBy(scrapes, outcomeOf);
  return [...counts]
    .map(([outcome, all]) => `${all.length} × ${outcome}`)
    .toSorted()
    .join(', ');
}
