import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { CertificateAuthority } from '../../support/certificates.js';
import { AGENT_AWAY, type FaultRow } from '../fault-row.js';
import { HALF_OPEN_MS, RECOVERY_MS, type World } from '../world.js';

const LINK_BAD =
  /^(502 agent_disconnected|503 agent_gone|503 overloaded|504 timed_out|504 upstream_timed_out)$/;

async function untilGone(world: World): Promise<string> {
  const startedAt = performance.now();
  await expect
    .poll(() => world.loads[0]?.finished.at(-1)?.reason, { timeout: HALF_OPEN_MS + 2_000, interval: 20 })
    .toBe('agent_gone');
  const noticedMs = performance.now() - startedAt;
  expect(noticedMs).toBeLessThan(HALF_OPEN_MS);
  return `noticed after ${(noticedMs / 1_000).toFixed(1)} s`;
}

const halfOpen =
  (fault: 'stall' | 'drop') =>
  async (world: World): Promise<string> => {
    const dialled = world.relay.connectionCount;
    world.relay[fault]();
    const words = await untilGone(world);
    await expect.poll(() => world.relay.connectionCount, { timeout: HALF_OPEN_MS }).toBeGreaterThan(dialled);
    world.relay.cut();
    world.relay.heal();
    return words;
  };

export const LINK_ROWS: readonly FaultRow[] = [
  {
    fault: 'cut',
    injected: 'every connection reset, and each new one, for a second',
    expected: 'what was in flight: 502 `agent_disconnected`; then 503 `agent_gone`',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: async (world) => {
      world.relay.cut();
      await sleep(1_000);
      world.relay.heal();
    },
  },
  {
    fault: 'reset again and again',
    injected: 'every connection reset ten times, half a second apart',
    expected: '502 `agent_disconnected`, 503 `agent_gone`',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: async (world) => {
      for (let resets = 0; resets < 10; resets += 1) {
        world.relay.cut();
        world.relay.heal();
        await sleep(500);
      }
    },
  },
  {
    fault: 'half of the connections reset',
    injected:
      'every connection reset; of the new ones, half after their first bytes, until one holds, 10 times',
    expected: '502 `agent_disconnected`, 503 `agent_gone`',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: false,
    inject: async (world) => {
      const dialled = world.relay.connectionCount;
      for (let rounds = 0; rounds < 10; rounds += 1) {
        world.relay.cut();
        world.relay.heal();
        world.relay.resetSome(0.5);
        await expect
          .poll(() => world.loads[0]?.finished.at(-1)?.reason, { timeout: 5_000, interval: 20 })
          .not.toBe('');
        await expect.poll(() => world.loads[0]?.finished.at(-1)?.status, { timeout: 60_000 }).toBe(200);
      }
      world.relay.heal();
      return `dialled ${world.relay.connectionCount - dialled} times`;
    },
  },
  {
    fault: 'half-open',
    injected: 'packets vanish, both ends see theirs acknowledged, until both have noticed',
    expected: '504 `timed_out`, within 15 s 503 `agent_gone`',
    allowed: LINK_BAD,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: halfOpen('drop'),
  },
  {
    fault: 'stalled',
    injected: 'nothing is taken from either end, until both have noticed',
    expected: '504 `timed_out`, 503 `overloaded`, within 15 s 503 `agent_gone`',
    allowed: LINK_BAD,
    recoveryMs: RECOVERY_MS,
    isQuick: false,
    inject: halfOpen('stall'),
  },
  {
    fault: 'stalled for 30 s, and then it flows again',
    injected: 'nothing is taken from either end for 30 s',
    expected: '504 `timed_out`, 503 `overloaded`, within 15 s 503 `agent_gone`',
    allowed: LINK_BAD,
    recoveryMs: RECOVERY_MS + 10_000,
    isQuick: false,
    inject: async (world) => {
      world.relay.stall();
      await sleep(30_000);
      world.relay.heal();
    },
  },
  {
    fault: 'slow',
    injected: 'each packet held for 250 ms, a round trip takes half a second, for 5 s',
    expected: 'every scrape succeeds, half a second later',
    isQuick: true,
    inject: async (world) => {
      world.relay.delay(250);
      await sleep(5_000);
      world.relay.heal();
    },
  },
  {
    fault: 'thin',
    injected: '5 KB/s in each direction for 10 s',
    expected:
      '504 `timed_out` for what does not fit through, 502 `target_unreachable` for a body that the agent breaks off as it gives up its connection',
    allowed: new RegExp(`${LINK_BAD.source}|^502 target_unreachable$`),
    recoveryMs: RECOVERY_MS + 10_000,
    isQuick: false,
    inject: async (world) => {
      world.relay.throttle(5_000);
      await sleep(10_000);
      world.relay.heal();
    },
  },
  {
    fault: 'idle connections cut',
    injected:
      'connections reset over which nothing moved for 2 s, as a load balancer does, while nobody scrapes for 8 s',
    expected: 'every scrape after that succeeds, or the agent is dialling again',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    inject: async (world) => {
      const dialled = world.relay.connectionCount;
      await world.stopLoad();
      world.relay.cutIdle(2_000);
      await sleep(8_000);
      world.relay.heal();
      world.startLoad();
      return `dialled ${world.relay.connectionCount - dialled} times`;
    },
  },
  {
    fault: 'damaged',
    injected: 'a bit flipped in every packet to the proxy for 3 s, over TLS',
    expected: '502 `agent_disconnected`, 503 `agent_gone`; never a wrong body',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    world: async (stage) => {
      const authority = await CertificateAuthority.create(await stage.tempDir());
      const own = await authority.issue('proxy');
      return {
        proxy: { tls: { certChainFilePath: own.certificate, privateKeyFilePath: own.key } },
        agent: { tls: { trustCertCollectionFilePath: authority.certificate } },
      };
    },
    inject: async (world) => {
      world.relay.corrupt();
      await sleep(3_000);
      world.relay.heal();
    },
  },
  {
    fault: 'connections end by age',
    injected: 'the proxy sends GOAWAY to connections of 3 s, and ends them a second later, for 7 s',
    expected: '502 `agent_disconnected`, 503 `agent_gone` while the agent dials again',
    allowed: AGENT_AWAY,
    recoveryMs: RECOVERY_MS,
    isQuick: true,
    world: { proxy: { grpc: { maxConnectionAgeSecs: 3, maxConnectionAgeGraceSecs: 1 } } },
    inject: async () => {
      await sleep(7_000);
    },
  },
];
