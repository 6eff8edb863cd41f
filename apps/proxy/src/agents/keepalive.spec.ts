import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  type ClientHttp2Session,
  connect,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../../test/support/certificates.js';
import { FRAME, Http2Peer } from '../../../../test/support/http2-peer.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { TcpRelay } from '../../../../test/support/tcp-relay.js';
import { Connections } from './connections.js';
import { Keepalive } from './keepalive.js';

const SILENCE_MS = 200;
const TIMEOUT_MS = 300;

interface Peer {
  readonly client: ClientHttp2Session;
  /** How often the server has pinged it. */
  readonly pinged: () => number;
}

describe('keepalive', () => {
  const stage = stagePerTest();
  let port: number;
  let dead: string[];
  let connections: Connections;

  beforeEach(() => {
    const deadNow: string[] = [];
    dead = deadNow;
    connections = new Connections(
      () => port,
      () => undefined,
    );
    connections.start();
    const keepalive = new Keepalive(
      () => connections.list(),
      (connection, why) => {
        deadNow.push(why);
        connection.destroy();
      },
      { silenceMs: SILENCE_MS, timeoutMs: TIMEOUT_MS },
    );
    keepalive.start();
    stage.atEnd(() => {
      keepalive.stop();
      connections.stop();
    });
  });

  const listen = async (server: Http2Server | Http2SecureServer = createServer()): Promise<void> => {
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200 });
      stream.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stage.atEnd(() => void server.close());
    port = (server.address() as AddressInfo).port;
  };
  const dial = async (authority: string): Promise<Peer> => {
    const client = connect(authority, { rejectUnauthorized: false });
    let pings = 0;
    client.on('error', () => undefined);
    client.on('ping', () => (pings += 1));
    stage.atEnd(() => client.destroy());
    const stream = client.request({ ':path': '/x' });
    stream.resume();
    await once(stream, 'close');
    return { client, pinged: () => pings };
  };
  const keepTalking = (say: () => void): void => {
    const timer = setInterval(say, SILENCE_MS / 8);
    stage.atEnd(() => clearInterval(timer));
  };

  it('pings a silent connection again and again, and keeps one that answers', async () => {
    await listen();

    const peer = await dial(`http://127.0.0.1:${port}`);

    await expect.poll(peer.pinged).toBeGreaterThan(3);
    expect([connections.size, dead]).toEqual([1, []]);
  });

  const secureServer = async (): Promise<Http2SecureServer> => {
    const { key, certificate } = await selfSigned(await stage.tempDir(), 'proxy');
    return createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) });
  };

  it.each([
    ['http', createServer],
    ['https', secureServer],
  ] as const)('does not ping one over which something comes: %s', async (scheme, start) => {
    await listen(await start());
    const talking = await dial(`${scheme}://127.0.0.1:${port}`);
    keepTalking(() => talking.client.ping(() => undefined));
    const silent = await dial(`${scheme}://127.0.0.1:${port}`);

    await expect.poll(silent.pinged).toBeGreaterThan(3);

    expect(talking.pinged()).toBe(0);
  });

  it('tells of one that is dead, and why', async () => {
    await listen();
    const relay = await TcpRelay.start(stage, port);
    await dial(`http://127.0.0.1:${relay.port}`);

    relay.stall();

    await expect.poll(() => connections.size).toBe(0);
    expect(dead).toEqual(['it answered no ping within 0.3s']);
  });

  it('keeps one that does not answer its ping yet, while something else comes', async () => {
    await listen();
    const peer = await Http2Peer.connect(stage, port);
    const pinged = (): boolean => peer.received.some(({ type }) => type === FRAME.PING);
    peer.call(1, '/x');
    await expect.poll(pinged).toBe(true);
    keepTalking(() => peer.send(FRAME.WINDOW_UPDATE, 0, 0, Buffer.from([0, 0, 0, 1])));
    const silent = await Http2Peer.connect(stage, port);
    silent.call(1, '/x');

    await expect.poll(() => silent.isClosed).toBe(true);

    expect([peer.isClosed, dead.length]).toEqual([false, 1]);
  });
});
