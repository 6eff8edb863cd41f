import { once } from 'node:events';
import { connect, createServer, type ClientHttp2Session, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TcpRelay } from '../../../../test/support/tcp-relay.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { CONNECTION_ID_HEADER, Connections, type Connection } from './connections.js';

describe('the connections of a server', () => {
  const stage = stagePerTest();
  let port: number;
  let connections: Connections;
  let seenIds: unknown[];
  let sessions: ServerHttp2Session[];
  let closed: string[];

  beforeEach(async () => {
    seenIds = [];
    sessions = [];
    const closedNow: string[] = [];
    closed = closedNow;
    port = await startServer();
    connections = new Connections(
      () => port,
      ({ id }) => closedNow.push(id),
    );
    connections.start();
    stage.atEnd(() => connections.stop());
  });

  const startServer = async (): Promise<number> => {
    const started = createServer();
    started.on('session', (session) => sessions.push(session));
    started.on('stream', (stream, headers) => {
      seenIds.push(headers[CONNECTION_ID_HEADER]);
      if (headers[':path'] === '/open') return;
      stream.respond({ ':status': 200 });
      stream.end();
    });
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    stage.atEnd(() => void started.close());
    return (started.address() as AddressInfo).port;
  };
  const dial = (to = port): ClientHttp2Session => {
    const client = connect(`http://127.0.0.1:${to}`);
    client.on('error', () => undefined);
    stage.atEnd(() => client.destroy());
    return client;
  };
  const call = async (client: ClientHttp2Session, headers = {}): Promise<void> => {
    const stream = client.request({ ':path': '/x', ...headers });
    stream.resume();
    stream.end();
    await once(stream, 'close');
  };
  const connectionOf = (id: unknown): Connection => connections.find(String(id))!;

  it('have an id each, the same on all calls of one', async () => {
    const [one, other] = [dial(), dial()];

    await call(one);
    await call(other);
    await call(one);

    expect(seenIds[0]).toBe(seenIds[2]);
    expect(seenIds[0]).not.toBe(seenIds[1]);
    expect(connections.size).toBe(2);
    expect(connectionOf(seenIds[0]).peer).toMatch(/127\.0\.0\.1:\d+$/);
  });

  it('cannot be forged by a peer', async () => {
    const [one, other] = [dial(), dial()];
    await call(one);

    await call(other, { [CONNECTION_ID_HEADER]: String(seenIds[0]) });

    expect(seenIds[1]).not.toBe(seenIds[0]);
  });

  it('are forgotten when they close, and told once', async () => {
    const client = dial();
    await call(client);

    client.destroy();

    await expect.poll(() => closed).toEqual([seenIds[0]]);
    expect([connections.size, connections.find(String(seenIds[0]))]).toEqual([0, undefined]);
  });

  it('are those of this server alone', async () => {
    const anotherPort = await startServer();

    await call(dial(anotherPort));

    expect([seenIds, connections.size]).toEqual([[undefined], 0]);
  });

  it('are not told apart once it has stopped', async () => {
    connections.stop();

    await call(dial());

    expect(seenIds).toEqual([undefined]);
  });

  it('can be cut', async () => {
    const client = dial();
    await call(client);

    connectionOf(seenIds[0]).destroy();

    await once(client, 'close');
    await expect.poll(() => connections.size).toBe(0);
  });

  it('have a wide window from their first call on', async () => {
    const client = dial();
    await call(client);

    await expect.poll(() => client.remoteSettings.initialWindowSize).toBe(4 * 1024 * 1024);
  });

  describe('asked whether they are alive', () => {
    it('say yes while the peer answers, to all who ask at once with one ping', async () => {
      const client = dial();
      const pinged = vi.fn();
      client.on('ping', pinged);
      await call(client);

      const answers = await Promise.all([1, 2, 3].map(() => connectionOf(seenIds[0]).isAlive(1_000)));

      expect(answers).toEqual([true, true, true]);
      expect(pinged).toHaveBeenCalledTimes(1);
    });

    it('say yes while they close in order, as long as a call is open', async () => {
      const client = dial();
      const open = client.request({ ':path': '/open' }, { endStream: false });
      stage.atEnd(() => void open.destroy());
      await expect.poll(() => sessions.length).toBe(1);
      await expect.poll(() => connections.size).toBe(1);

      sessions[0]?.close();
      const answer = await connectionOf(seenIds[0]).isAlive(5_000);

      expect([sessions[0]?.closed, answer]).toEqual([true, true]);
    });

    it('can be asked any number of times and leave nothing behind', async () => {
      const warnings = vi.fn();
      process.on('warning', warnings);
      stage.atEnd(() => void process.off('warning', warnings));
      await call(dial());

      for (let times = 0; times < 20; times += 1) {
        await connectionOf(seenIds[0]).isAlive(1_000);
      }

      await new Promise((resolve) => setImmediate(resolve));
      expect(warnings).not.toHaveBeenCalled();
    });

    it('say no in time when nothing comes back, and again when asked again', async () => {
      const relay = await TcpRelay.start(stage, port);
      await call(dial(relay.port));
      relay.stall();

      const startedAt = performance.now();
      const answers = [
        await connectionOf(seenIds[0]).isAlive(100),
        await connectionOf(seenIds[0]).isAlive(100),
      ];

      expect(answers).toEqual([false, false]);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    });

    it('say yes when the answer came while this process was busy', async () => {
      const peer = new Worker(
        `const { workerData } = require('node:worker_threads');
         require('node:http2').connect('http://127.0.0.1:' + workerData).request({ ':path': '/x' }).end();`,
        { eval: true, workerData: port },
      );
      stage.atEnd(async () => void (await peer.terminate()));
      await expect.poll(() => connections.size).toBe(1);

      const answer = connectionOf(seenIds[0]).isAlive(50);
      await new Promise((resolve) => setImmediate(resolve));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);

      expect(await answer).toBe(true);
    });

    it('say no at once when they close meanwhile, or have closed', async () => {
      const relay = await TcpRelay.start(stage, port);
      await call(dial(relay.port));
      relay.stall();
      const connection = connectionOf(seenIds[0]);

      const startedAt = performance.now();
      const asked = connection.isAlive(10_000);
      relay.cut();
      const answers = [await asked, await connection.isAlive(10_000)];

      expect(answers).toEqual([false, false]);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    });
  });
});
