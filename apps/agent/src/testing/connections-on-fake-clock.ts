import { type CancellationToken, Deadlines } from '@app/deadlines';
import { Bound } from '@app/operations';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { TargetTable } from '../paths/target-table.js';
import { LargeBodyGate } from '../scrape/large-body-gate.js';
import { ResponseWriter } from '../scrape/response-writer.js';
import { AgreeableProxy } from './fake-proxy-clients.js';
import { recordingLogger } from './recording-logger.js';
import { ProxyConnection } from '../connection/proxy-connection.js';

const open: ProxyConnection[] = [];

/**
 * For a spec on connections alone: its clock is moved by hand, and no test leaves a connection or a timer behind.
 */
export function onFakeClock(): void {
  beforeEach(() => vi.useFakeTimers());

  afterEach(async () => {
    await Promise.all(open.splice(0).map((connection) => connection.close()));
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
}

export const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** A connection to `hosts` that meets these proxies one after another, and an agreeable one ever after. */
export function connect(hosts: readonly string[], ...proxies: AgreeableProxy[]) {
  const dialled: string[] = [];
  const met: AgreeableProxy[] = [];
  const connects: string[] = [];
  const scrapes: CancellationToken[] = [];
  const { logger, lines } = recordingLogger();
  const targets = new TargetTable();
  targets.set({ name: 'app', path: 'app', url: 'http://host/', labels: '' }, 'STATIC');
  const writer = new ResponseWriter(
    { chunkBytes: 10, ownCallBytes: 100 },
    new LargeBodyGate(1),
    () => undefined,
  );
  const connection = new ProxyConnection(
    {
      endpoints: hosts.map((host) => ({ host, port: 1 })),
      isConsolidated: false,
      capabilities: [],
      inFlightBound: new Bound(100),
      reconnectPauseMs: 3_000,
      failbackProbeMs: 25_000,
      random: () => 0.5,
    },
    {
      identity: { launchId: 'launch', agentName: 'name', hostName: 'host' },
      targets,
      writer,
      log: logger,
      heartbeat: { isEnabled: true, maxInactivityMs: 5_000 },
      deadlines: new Deadlines(),
      forget: () => undefined,
      scrape: (_scrape, cancellation) => {
        scrapes.push(cancellation);
        return new Promise((resolve) => cancellation.onCancel(() => resolve(undefined)));
      },
      routes: ({ host, port }) => {
        const route = (): AgreeableProxy => {
          const client = proxies.shift() ?? new AgreeableProxy();
          dialled.push(`${host}:${port}`);
          met.push(client);
          return client;
        };
        return Promise.resolve(host.split('+').map(() => route));
      },
      observeConnect: (outcome) => connects.push(outcome),
    },
  );
  open.push(connection);
  connection.start();
  return { connection, dialled, met, connects, scrapes, lines };
}
