import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { HttpTarget } from '../../support/http-target.js';
import { missingForNames, NameServer } from '../../support/name-server.js';
import type { Stage } from '../../support/stage.js';
import { TcpRelay } from '../../support/tcp-relay.js';
import { AGENT_AWAY, type FaultRow } from '../fault-row.js';
import { outcomeOf, PROXY_NAME, RECOVERY_MS, type World, type WorldSettings } from '../world.js';

const SLOW_MS = 4_000;
/** Longer than any scrape waits. */
const HANGING_MS = 30_000;
const SLOW_NAMES = Array.from({ length: 6 }, (_, index) => `slow-${index}`);

const withNames = async (stage: Stage): Promise<WorldSettings> => ({ names: await NameServer.start(stage) });

const untilGone = (world: World): Promise<void> =>
  expect.poll(() => world.loads[0]?.finished.at(-1)?.reason, { timeout: 5_000 }).toBe('agent_gone');

/** Rows in which the agent finds its proxy by a name. */
export const PROXY_NAME_ROWS: readonly FaultRow[] = [
  {
    fault: 'name resolved slowly',
    injected: 'every connection reset while the name of the proxy is resolved after 4 s',
    expected: '502 `agent_disconnected`, 503 `agent_gone`',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS + SLOW_MS,
    isQuick: true,
    missing: missingForNames,
    world: withNames,
    inject: async (world) => {
      world.names.set(PROXY_NAME, '127.0.0.1', SLOW_MS);
      world.relay.cut();
      world.relay.heal();
      await untilGone(world);
      await sleep(3_000);
      world.names.set(PROXY_NAME, '127.0.0.1');
    },
  },
  {
    fault: 'name stands for another address',
    injected: 'the address is dead, the name stands for another one; then the other way round',
    expected: '502 `agent_disconnected`, 503 `agent_gone` while the agent dials the other address',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    missing: missingForNames,
    world: withNames,
    inject: async (world) => {
      const other = await TcpRelay.start(world.stage, world.proxy.ports.agent, {
        host: '127.0.0.2',
        port: world.relay.port,
      });
      world.names.set(PROXY_NAME, '127.0.0.2');
      world.relay.cut();
      await expect.poll(() => other.connectionCount, { timeout: RECOVERY_MS }).toBeGreaterThan(0);
      await expect.poll(() => world.loads[0]?.finished.at(-1)?.status, { timeout: RECOVERY_MS }).toBe(200);
      world.names.set(PROXY_NAME, '127.0.0.1');
      world.relay.heal();
    },
  },
];

/** Rows in which the agent finds its targets by names. */
export const TARGET_NAME_ROWS: readonly FaultRow[] = [
  {
    fault: 'has a name that is resolved slowly',
    injected: 'the names of six targets are not resolved for 8 s, each scraped twice a second',
    expected:
      '504 for them; a target whose name is resolved at once succeeds, each time on a connection of its own',
    isQuick: true,
    missing: missingForNames,
    world: async (stage) => {
      const names = await NameServer.start(stage);
      const target = await HttpTarget.start(stage, {
        '/metrics': (_request, response) => response.setHeader('Connection', 'close').end('up 1\n'),
      });
      const url = (name: string): string => `http://${name}.test:${target.port}/metrics`;
      names.set('quick.test', '127.0.0.1');
      SLOW_NAMES.forEach((name) => names.set(`${name}.test`, '127.0.0.1', HANGING_MS));
      return { names, paths: Object.fromEntries(['quick', ...SLOW_NAMES].map((name) => [name, url(name)])) };
    },
    inject: async (world) => {
      const slow: Promise<string>[] = [];
      const quick: string[] = [];
      for (let round = 0; round < 16; round += 1) {
        slow.push(...SLOW_NAMES.map((name) => world.scrape(name).then(outcomeOf)));
        const [outcome] = await Promise.all([world.scrape('quick').then(outcomeOf), sleep(500)]);
        quick.push(outcome);
      }
      expect(new Set(quick)).toEqual(new Set(['200']));
      const outcomes = [...new Set(await Promise.all(slow))].toSorted();
      expect(outcomes.filter((outcome) => !outcome.startsWith('504 '))).toEqual([]);
      return outcomes.join(', ');
    },
  },
];
