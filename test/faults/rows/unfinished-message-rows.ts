import { type ClientHttp2Stream, connect } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { readMetrics } from '../../support/metrics-page.js';
import { callHeaders } from '../../support/http2-peer.js';
import type { FaultRow } from '../fault-row.js';
import type { World } from '../world.js';

const MIB = 1024 * 1024;
const WRITE_CALL = '/ProxyService/writeResponsesToProxy';
/** What the proxy may hold, as it is by default. */
const BUDGET_MBYTES = 128;
const CONNECTIONS = 3;
const CALLS = 90;

/** A call on which 3 MB of a message of 4 MB were sent. */
function beginMessage(call: ClientHttp2Stream): void {
  const begun = Buffer.alloc(5 + 3 * MIB);
  begun.writeUInt32BE(4 * MIB - 1, 1);
  call.on('error', () => undefined).write(begun);
}

async function heldMBytes(world: World): Promise<number> {
  const page = await readMetrics(world.proxy.ports.metrics);
  return (page.sum('proxy_partial_message_bytes') ?? NaN) / MIB;
}

export const UNFINISHED_MESSAGE_ROWS: readonly FaultRow[] = [
  {
    fault: 'leaves messages unfinished',
    injected: `3 MB of a message of 4 MB on each of ${CALLS} calls of ${CONNECTIONS} connections, which stay open`,
    expected: `other scrapes succeed; the calls whose messages began first end, ${BUDGET_MBYTES} MB of messages are held at most`,
    isFlood: true,
    isQuick: true,
    inject: async (world) => {
      let ended = 0;
      for (let connection = 0; connection < CONNECTIONS; connection += 1) {
        const session = connect(`http://127.0.0.1:${world.proxy.ports.agent}`).on('error', () => undefined);
        world.stage.atEnd(() => session.destroy());
        for (let count = 0; count < CALLS; count += 1) {
          const call = session.request(callHeaders(WRITE_CALL)).on('close', () => (ended += 1));
          beginMessage(call);
          if (count % 10 === 9) await sleep(20);
        }
      }
      const mostHeld = Math.floor(BUDGET_MBYTES / 3);
      await expect
        .poll(() => ended, { timeout: 20_000 })
        .toBeGreaterThanOrEqual(CONNECTIONS * CALLS - mostHeld);
      const held = await heldMBytes(world);
      expect(held).toBeLessThanOrEqual(BUDGET_MBYTES);
      expect(held).toBeGreaterThan(BUDGET_MBYTES / 2);
      return `${ended} of ${CONNECTIONS * CALLS} calls ended, ${Math.round(held)} MB held`;
    },
  },
];
