import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { SocketMeter } from './socket-meter.js';

it('counts what went over a socket while it is open, and keeps the count when it has closed', async () => {
  const meter = new SocketMeter();
  const server = createServer((_request, response) => response.end('x'.repeat(1_000)));
  onTestFinished(() => void server.close());
  server.on('connection', (socket) => meter.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = request({ port: (server.address() as AddressInfo).port, agent: false });
  asked.end();

  const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream];
  answer.resume();
  await once(answer, 'end');
  await expect.poll(() => meter.openCount).toBe(0);

  expect(meter.sentBytes).toBeGreaterThan(1_000);
  expect(meter.sentBytes).toBeLessThan(1_500);
  expect(meter.receivedBytes).toBeGreaterThan(20);
  expect(meter.receivedBytes).toBeLessThan(300);
});
