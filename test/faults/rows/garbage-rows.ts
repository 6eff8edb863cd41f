import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { callHeaders, FLAG, FRAME, headerBlock, Http2Peer } from '../../support/http2-peer.js';
import type { FaultRow } from '../fault-row.js';
import { footprintOf } from '../leak-check.js';
import type { World } from '../world.js';

const WRITE_CALL = '/ProxyService/writeResponsesToProxy';
const CONNECT_CALL = '/ProxyService/connectAgent';
const CANCEL = Buffer.from([0, 0, 0, 8]);

/** Send frames in batches, as fast as the proxy takes them, until it ends the connection. */
async function frames(peer: Http2Peer, count: number, send: (index: number) => void): Promise<void> {
  for (let index = 0; index < count && !peer.isClosed; index += 1) {
    send(index);
    if (index % 200 === 0) {
      await peer.drained();
      await sleep(1);
    }
  }
}

const http2Row = (
  fault: string,
  injected: string,
  attack: (peer: Http2Peer, world: World) => Promise<void>,
): FaultRow => ({
  fault,
  injected,
  expected: 'other scrapes succeed; the connection ends',
  isQuick: true,
  inject: async (world) => {
    const before = await footprintOf(world.proxy.program);
    const peer = await Http2Peer.connect(world.stage, world.proxy.ports.agent);
    await attack(peer, world);
    const during = await footprintOf(world.proxy.program);
    const ended = peer.isClosed ? 'the proxy ended the connection' : 'the connection stayed';
    peer.close();
    return `${ended}, ${Math.max(0, during.rssMBytes - before.rssMBytes)} MB more meanwhile`;
  },
});

export const GARBAGE_ROWS: readonly FaultRow[] = [
  {
    fault: 'garbage on every port',
    injected: 'random bytes, a request of another protocol, half a preface, 100 times on each port',
    expected: 'other scrapes succeed',
    isQuick: true,
    inject: async (world) => {
      const ports = [...Object.values(world.proxy.ports), world.agent.metricsPort];
      const pieces = [
        randomBytes(2_000),
        'GET / HTTP/1.1\r\n\r\n',
        'PRI * HTTP/2.0\r\n\r\nSM',
        'SSH-2.0-x\r\n',
        '\0'.repeat(500),
      ];
      for (let round = 0; round < 20; round += 1) {
        const sockets = ports.flatMap((port) =>
          pieces.map((piece) => {
            const socket = connect(port, '127.0.0.1').on('error', () => undefined);
            socket.resume().write(piece);
            return socket;
          }),
        );
        await sleep(50);
        sockets.forEach((socket) => socket.destroy());
      }
    },
  },
  {
    fault: 'TLS on plain ports',
    injected: 'a TLS handshake with each port, 50 times',
    expected: 'other scrapes succeed',
    isQuick: true,
    inject: async (world) => {
      const ports = [...Object.values(world.proxy.ports), world.agent.metricsPort];
      for (let round = 0; round < 50; round += 1) {
        const sockets = ports.map((port) =>
          connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }).on('error', () => undefined),
        );
        await sleep(20);
        sockets.forEach((socket) => socket.destroy());
      }
    },
  },
  http2Row('rapid reset', '50,000 calls, each cancelled at once', (peer) =>
    frames(peer, 50_000, (index) => {
      peer.call(2 * index + 1, CONNECT_CALL);
      peer.send(FRAME.RST_STREAM, 0, 2 * index + 1, CANCEL);
    }),
  ),
  http2Row('settings flood', '100,000 empty SETTINGS', (peer) =>
    frames(peer, 100_000, () => peer.send(FRAME.SETTINGS, 0, 0)),
  ),
  http2Row('ping flood', '100,000 PINGs', (peer) =>
    frames(peer, 100_000, () => peer.send(FRAME.PING, 0, 0, Buffer.alloc(8))),
  ),
  http2Row('CONTINUATION flood', 'headers that never end: 2,000 CONTINUATIONs of 10 KB', async (peer) => {
    peer.send(FRAME.HEADERS, 0, 1, headerBlock(callHeaders(CONNECT_CALL)));
    await frames(peer, 2_000, (index) =>
      peer.send(FRAME.CONTINUATION, 0, 1, headerBlock({ [`x-${index}`]: 'y'.repeat(10_000) })),
    );
    expect(peer.isClosed).toBe(true);
  }),
  http2Row('header bombs', '2,000 calls with 10 KB of headers each, left open', (peer) => {
    const bomb = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`x-${index}`, 'v'.repeat(100)]),
    );
    return frames(peer, 2_000, (index) => peer.call(2 * index + 1, CONNECT_CALL, bomb));
  }),
  http2Row('calls without end', '20,000 calls opened and left open', (peer) =>
    frames(peer, 20_000, (index) => peer.call(2 * index + 1, WRITE_CALL)),
  ),
  http2Row('messages without end', '50 calls, each with 3 MB of a message of 4 MB', async (peer) => {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(4 * 1024 * 1024 - 1, 1);
    const piece = Buffer.alloc(16_000);
    peer.onFrame = ({ type, flags }) => {
      if (type === FRAME.SETTINGS && flags === 0) peer.send(FRAME.SETTINGS, FLAG.ACK, 0);
    };
    for (let call = 0; call < 50 && !peer.isClosed; call += 1) {
      peer.call(2 * call + 1, WRITE_CALL);
      peer.send(FRAME.DATA, 0, 2 * call + 1, head);
      await frames(peer, 190, () => peer.send(FRAME.DATA, 0, 2 * call + 1, piece));
      await sleep(50);
    }
  }),
];
