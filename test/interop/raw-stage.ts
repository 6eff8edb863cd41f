import { afterEach, beforeAll } from 'vitest';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape, type ScrapeResult } from '../support/scrape.js';
import { Stage, stagePerSuite } from '../support/stage.js';
import type { RawCall } from './raw-connection.js';
import { RawPeer } from './raw-peer.js';
import type { Fields } from './wire-codec.js';

/** A peer with one path and its three streams open. */
export interface ServingPeer {
  readonly peer: RawPeer;
  readonly agentId: string;
  readonly path: string;
  readonly requests: RawCall;
  readonly writes: RawCall;
  readonly chunks: RawCall;
}

/** One proxy for a whole suite, and peers that hang up after each test. */
export interface RawStage {
  /** A connection of its own to the proxy. */
  readonly dial: () => RawPeer;
  /** A path that no other test of the suite uses. */
  readonly freshPath: () => string;
  /** Connect, register one fresh path, and open the streams. */
  readonly serve: (peer: RawPeer, registration?: Fields) => Promise<ServingPeer>;
  readonly scrapePath: (path: string) => Promise<ScrapeResult>;
  readonly proxy: () => ProxyProcess;
}

/** Set the stage for a suite. Call it where the suite is described. */
export function rawStage(config: Readonly<Record<string, unknown>> = {}): RawStage {
  const suite = stagePerSuite();
  const stage = new Stage();
  let proxy: ProxyProcess;
  let pathCount = 0;
  beforeAll(async () => {
    proxy = await ProxyProcess.start(suite, { config });
  });
  afterEach(() => stage.clear());

  const freshPath = (): string => `path${++pathCount}`;
  return {
    dial: () => new RawPeer(stage, proxy.ports.agent),
    freshPath,
    serve: (peer, registration) => serve(peer, freshPath(), registration),
    scrapePath: (path) => scrape(proxy.url(path), { timeoutSecs: 10 }),
    proxy: () => proxy,
  };
}

async function serve(peer: RawPeer, path: string, registration?: Fields): Promise<ServingPeer> {
  const agentId = await peer.register(path, registration);
  await peer.call('registerPath', { agentId, path, labels: '{}', pathSource: 'STATIC' });
  return {
    peer,
    agentId,
    path,
    writes: peer.openWrite('writeResponsesToProxy'),
    chunks: peer.openWrite('writeChunkedResponsesToProxy'),
    requests: peer.openRequests(agentId),
  };
}
