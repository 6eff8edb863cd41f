import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { onceWithin } from '../../support/once-within.js';
import type { Stage } from '../../support/stage.js';
import { answersAfter } from '../../support/target-behaviours.js';
import type { FaultRow } from '../fault-row.js';
import { outcomeOf, TIMEOUT_SECS, type World } from '../world.js';

const HEAD = `Host: proxy\r\nX-Prometheus-Scrape-Timeout-Seconds: ${TIMEOUT_SECS}\r\n`;

async function dial(stage: Stage, world: World): Promise<Socket> {
  const socket = connect(world.proxy.ports.http, '127.0.0.1');
  stage.atEnd(() => void socket.destroy());
  socket.on('error', () => undefined);
  await onceWithin(socket, 'connect', 10_000);
  return socket;
}

/** How many sockets have been closed by the other end. */
function closedOf(sockets: readonly Socket[]): () => number {
  let closed = 0;
  sockets.forEach((socket) => socket.resume().once('close', () => (closed += 1)));
  return () => closed;
}

async function dialMany(world: World, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => dial(world.stage, world)))));
  }
  return sockets;
}

export const SCRAPER_PATHS = { slow: answersAfter(500, 'slow 1\n') };

export const SCRAPER_ROWS: readonly FaultRow[] = [
  {
    fault: 'hangs up before the answer',
    injected: '200 scrapes of a slow target, given up after 0 to 400 ms',
    expected: 'other scrapes succeed; the fetches end at the target',
    isQuick: true,
    inject: async (world) => {
      await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          await sleep(index * 10);
          await world.scrape('slow', { giveUpAfterMs: 1 + (index % 40) * 10 }).catch(() => undefined);
        }),
      );
    },
  },
  {
    fault: 'hangs up during the answer',
    injected: '50 scrapes of a large body, cut off after its first bytes',
    expected: 'other scrapes succeed',
    isQuick: true,
    inject: async (world) => {
      for (let scrapes = 0; scrapes < 50; scrapes += 1) {
        const socket = await dial(world.stage, world);
        socket.write(`GET /whole HTTP/1.1\r\n${HEAD}\r\n`);
        await onceWithin(socket, 'data', 5_000);
        socket.destroy();
      }
    },
  },
  {
    fault: 'reads nothing',
    injected: '20 scrapes whose answers are left unread',
    expected: 'other scrapes succeed',
    isQuick: true,
    inject: async (world) => {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => dial(world.stage, world)));
      sockets.forEach((socket) => socket.pause().write(`GET /whole HTTP/1.1\r\n${HEAD}\r\n`));
      await sleep((TIMEOUT_SECS + 2) * 1_000);
    },
  },
  {
    fault: 'pipelines',
    injected: '30 scrapes in one packet, of two paths in turn',
    expected: 'the answers in order',
    isQuick: true,
    inject: async (world) => {
      const socket = await dial(world.stage, world);
      let text = '';
      socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
      const paths = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? 'small' : 'nowhere'));
      socket.write(paths.map((path) => `GET /${path} HTTP/1.1\r\n${HEAD}\r\n`).join(''));
      const statuses = (): string[] =>
        [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = '']) => status);
      await expect.poll(() => statuses().length, { timeout: 5_000 }).toBe(30);
      expect(statuses()).toEqual(paths.map((path) => (path === 'small' ? '200' : '404')));
    },
  },
  {
    fault: 'sends a body',
    injected: 'a GET with 5 MB of body, and one with a body that never ends',
    expected: 'the first is answered; the second too, and its connection ends',
    isQuick: true,
    inject: async (world) => {
      const [whole, endless] = [await dial(world.stage, world), await dial(world.stage, world)];
      for (const socket of [whole, endless]) {
        socket.write(`GET /small HTTP/1.1\r\n${HEAD}Content-Length: 5000000\r\n\r\n`);
      }
      whole.write(Buffer.alloc(5_000_000));
      const closed = closedOf([endless]);
      const [answer] = (await onceWithin(whole, 'data', 5_000)) as [Buffer];
      expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 200/);
      const drip = setInterval(() => endless.writable && endless.write('a'), 200);
      world.stage.atEnd(() => clearInterval(drip));
      await expect.poll(closed, { timeout: 20_000 }).toBe(1);
    },
  },
  {
    fault: 'asks for 10 times more than can be served',
    injected: '500 scrapes of a slow target at once, where 50 may be in flight',
    expected: '503 `overloaded` at once for what is too much; what was taken succeeds',
    allowed: /^503 overloaded$/,
    recoveryMs: 3_000,
    isQuick: true,
    world: {
      paths: SCRAPER_PATHS,
      proxy: { limits: { maxScrapesInFlight: 50 } },
      agent: { http: { maxConcurrentPerTarget: 32 } },
    },
    inject: async (world) => {
      const results = await Promise.all(
        Array.from({ length: 500 }, () => world.scrape('slow', { timeoutSecs: 10 })),
      );
      const refused = results.filter((result) => outcomeOf(result) === '503 overloaded');
      const served = results.filter((result) => outcomeOf(result) === '200');
      expect(served.length + refused.length).toBe(500);
      expect(served.length).toBeGreaterThanOrEqual(40);
      return `${served.length} served, ${refused.length} refused`;
    },
  },
  {
    fault: 'opens 2,000 connections',
    injected: '1,000 that say nothing, 1,000 that send a header a byte a second',
    expected: 'other scrapes succeed; all of them end within 12 s',
    isQuick: false,
    inject: async (world) => {
      const sockets = await dialMany(world, 2_000);
      const closed = closedOf(sockets);
      const slow = sockets.slice(1_000);
      slow.forEach((socket) => socket.write('GET /small HTTP/1.1\r\nHost: proxy\r\nX-Slow: '));
      const drip = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('a')), 1_000);
      world.stage.atEnd(() => clearInterval(drip));
      await expect.poll(closed, { timeout: 14_000 }).toBe(2_000);
    },
  },
];
