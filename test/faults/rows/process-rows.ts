import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { readMetrics } from '../../support/metrics-page.js';
import { AGENT_AWAY, type FaultRow } from '../fault-row.js';
import { HALF_OPEN_MS, RECOVERY_MS, type World } from '../world.js';

/** Longer than every time-out of the link. */
const VERY_LONG_MS = 17_000;
/** Refused, cut, or a proxy that has no agents yet. */
const PROXY_LOST = /^(none .*|404 invalid_path|503 proxy_stopping|502 agent_disconnected)$/;
const CLOCK_LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const CLOCK_FILE = join(tmpdir(), `clock-of-faults-${process.pid}`);

/** Set the wall clock of the programs off by so many seconds: in one step, for they may read it at any time. */
async function setClocks(offsetSecs: string): Promise<void> {
  await writeFile(`${CLOCK_FILE}.next`, offsetSecs);
  await rename(`${CLOCK_FILE}.next`, CLOCK_FILE);
}

/** How far the proxy's clock, as it stands in an answer, is from where it was set, in ms. */
async function clockError(world: World, offsetSecs: string): Promise<number> {
  const { headers } = await world.scrape('small');
  return Math.abs(Date.parse(headers['date'] ?? '') - Date.now() - Number(offsetSecs) * 1_000);
}

const lastReason = (world: World): string | undefined => world.loads[0]?.finished.at(-1)?.reason;

/** Wait until steady scrapes fail in this way; how long that took, in ms. */
async function noticed(world: World, reason: string, withinMs: number): Promise<number> {
  const startedAt = performance.now();
  await expect.poll(() => lastReason(world), { timeout: withinMs + 2_000, interval: 20 }).toBe(reason);
  const noticedMs = performance.now() - startedAt;
  expect(noticedMs).toBeLessThan(withinMs);
  return noticedMs;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export const PROCESS_ROWS: readonly FaultRow[] = [
  {
    fault: 'agent killed',
    injected: 'SIGKILL; started again a second later',
    expected: 'what was in flight: 502 `agent_disconnected`; then 503 `agent_gone` until it is back',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: async (world) => {
      await world.agent.program.kill();
      const noticedMs = await noticed(world, 'agent_gone', 3_000);
      await sleep(1_000);
      await world.agent.startAgain();
      return `noticed after ${seconds(noticedMs)}`;
    },
  },
  {
    fault: 'agent stopped',
    injected: 'SIGTERM; started again',
    expected: 'what is in flight is answered; 503 `agent_gone` until it is back',
    allowed: /^503 agent_gone$/,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: async (world) => {
      await world.agent.stop();
      await world.agent.startAgain();
    },
  },
  {
    fault: 'proxy killed',
    injected: 'SIGKILL; started again a second later',
    expected: 'no connection; 404 `invalid_path` until the agents are back',
    allowed: PROXY_LOST,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: async (world) => {
      await world.proxy.program.kill();
      await sleep(1_000);
      await world.proxy.startAgain();
    },
  },
  {
    fault: 'proxy stopped',
    injected: 'SIGTERM; started again',
    expected:
      'what is in flight is answered; 503 `proxy_stopping`, no connection, 404 `invalid_path` until the agents are back',
    allowed: PROXY_LOST,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: async (world) => {
      await world.proxy.stop();
      await world.proxy.startAgain();
    },
  },
  {
    fault: 'both killed at once',
    injected: 'SIGKILL to both; started again a second later, the agent first',
    expected: 'no connection; 404 `invalid_path` until the agents are back',
    allowed: PROXY_LOST,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: async (world) => {
      await Promise.all([world.proxy.program.kill(), world.agent.program.kill()]);
      await sleep(1_000);
      await world.agent.startAgain();
      await world.proxy.startAgain();
    },
  },
  {
    fault: 'agent stands still for a moment',
    injected: 'SIGSTOP for 3 s, SIGCONT',
    expected: '504 `timed_out`, or 503 `overloaded` at once; the session stays',
    allowed: /^(504 timed_out|503 overloaded)$/,
    recoveryMs: 1_000,
    isQuick: true,
    inject: async (world) => {
      const connects = async (): Promise<number | undefined> =>
        (await readMetrics(world.proxy.ports.metrics)).sum('proxy_connect_count_total');
      const before = await connects();
      world.agent.program.signal('SIGSTOP');
      await sleep(3_000);
      world.agent.program.signal('SIGCONT');
      await sleep(500);
      expect(await connects()).toBe(before);
    },
  },
  {
    fault: 'agent stands still for long',
    injected: 'SIGSTOP until the proxy has noticed, SIGCONT',
    expected: '504 `timed_out`, within 15 s 503 `agent_gone`',
    allowed: /^(504 timed_out|503 overloaded|502 agent_disconnected|503 agent_gone)$/,
    recoveryMs: RECOVERY_MS,
    isQuick: false,
    inject: async (world) => {
      world.agent.program.signal('SIGSTOP');
      const noticedMs = await noticed(world, 'agent_gone', HALF_OPEN_MS);
      world.agent.program.signal('SIGCONT');
      return `noticed after ${seconds(noticedMs)}`;
    },
  },
  {
    fault: 'proxy stands still for a moment',
    answersLate: true,
    injected: 'SIGSTOP for 3 s, SIGCONT',
    expected: 'no answer; then everything as before',
    allowed: /^(none .*|504 timed_out|503 overloaded|502 agent_disconnected|503 agent_gone|502 .*|504 .*)$/,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: async (world) => {
      world.proxy.program.signal('SIGSTOP');
      await sleep(3_000);
      world.proxy.program.signal('SIGCONT');
    },
  },
  {
    fault: 'proxy stands still for long',
    answersLate: true,
    injected: 'SIGSTOP for 17 s, SIGCONT',
    expected: 'no answer; the agent dials again',
    allowed: /^(none .*|504 .*|503 .*|502 .*)$/,
    recoveryMs: RECOVERY_MS,
    isQuick: false,
    inject: async (world) => {
      world.proxy.program.signal('SIGSTOP');
      await sleep(VERY_LONG_MS);
      world.proxy.program.signal('SIGCONT');
    },
  },
  {
    fault: '50 restarts in a row',
    injected: 'SIGKILL and start of the agent, 50 times',
    expected: '503 `agent_gone` in between; nothing adds up',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: false,
    inject: async (world) => {
      for (let restart = 0; restart < 50; restart += 1) {
        await world.agent.program.kill();
        await world.agent.startAgain();
      }
    },
  },
  {
    fault: 'disk full for logs',
    injected:
      'standard output of both on a device that is full; the agent killed and started again, for more to log',
    expected: 'as when the agent is killed: neither program needs its log',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    missing: () => (existsSync('/dev/full') ? undefined : '/dev/full'),
    world: {
      run: { stdoutFile: '/dev/full' },
      proxy: { logLevel: 'debug' },
    },
    inject: async (world) => {
      await world.agent.program.kill();
      await noticed(world, 'agent_gone', 3_000);
      await world.agent.startAgain();
    },
  },
  {
    fault: 'clock jumps',
    injected: 'the wall clock of both an hour ahead, then two hours back, then right again',
    expected: 'every scrape succeeds',
    isQuick: true,
    missing: () => (existsSync(CLOCK_LIBRARY) ? undefined : 'libfaketime'),
    world: {
      run: {
        env: {
          LD_PRELOAD: CLOCK_LIBRARY,
          FAKETIME_TIMESTAMP_FILE: CLOCK_FILE,
          // Without it the library reads the file each time anybody asks for any clock, one thread at a time.
          FAKETIME_CACHE_DURATION: '1',
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        },
      },
    },
    inject: async (world) => {
      world.stage.atEnd(() => rm(CLOCK_FILE, { force: true }));
      for (const offset of ['+3600', '-3600', '+0']) {
        await setClocks(offset);
        await expect.poll(() => clockError(world, offset), { timeout: 5_000 }).toBeLessThan(5_000);
        await sleep(2_000);
        const startedAt = (await readMetrics(world.agent.metricsPort)).sum('agent_connected');
        expect(startedAt).toBe(1);
      }
    },
  },
];
