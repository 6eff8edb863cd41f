import { constants, createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { status } from '@grpc/grpc-js';
import { expect, onTestFinished, test, vi } from 'vitest';
import { clientOptions } from '../testing/client-options.js';
import { LinkCalls } from './link-calls.js';
import { GrpcProxyClient } from './proxy-client.js';

const MIB = 1024 * 1024;

/** A proxy that answers each call with the beginning of a message of 4 MiB; its calls. */
async function openDrippingProxy() {
  const calls: ServerHttp2Stream[] = [];
  const server = createServer();
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    const head = Buffer.alloc(5);
    head.writeUInt32BE(4 * MIB - 1, 1);
    stream.write(head);
    calls.push(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Until its connections are closed: what happens then would happen in the next file.
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { calls, port: (server.address() as AddressInfo).port };
}

function openClient(port: number, calls: LinkCalls): GrpcProxyClient {
  const client = new GrpcProxyClient({ ...clientOptions(port), calls });
  onTestFinished(() => client.close());
  return client;
}

test('a message that drips is held up to the bound, and then its call ends', async () => {
  const proxy = await openDrippingProxy();
  const ours = new LinkCalls(MIB);
  const read = openClient(proxy.port, ours).readRequests('agent-1', () => undefined);
  await vi.waitFor(() => expect(proxy.calls).toHaveLength(1));

  proxy.calls[0]?.write(Buffer.alloc(MIB / 2));
  await vi.waitFor(() => expect(ours.partialMessages.held).toBeGreaterThan(MIB / 2));
  expect(ours.partialMessages.held).toBeLessThan(MIB);
  proxy.calls[0]?.write(Buffer.alloc(MIB / 2));

  expect(await read.ended).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect([ours.partialMessages.held, ours.partialMessages.bound.reached.value]).toEqual([0, 1]);
  await vi.waitFor(() => expect(proxy.calls[0]?.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM));
});

test('what other agents of the process hold does not count, and nothing does after the connection', async () => {
  const proxy = await openDrippingProxy();
  const [ours, theirs] = [new LinkCalls(MIB), new LinkCalls(MIB)];
  const client = openClient(proxy.port, ours);
  const read = client.readRequests('agent-1', () => undefined);
  void openClient(proxy.port, theirs).readRequests('agent-2', () => undefined);
  await vi.waitFor(() => expect(proxy.calls).toHaveLength(2));

  await vi.waitFor(() =>
    expect([ours, theirs].every(({ partialMessages }) => partialMessages.held > 0)).toBe(true),
  );
  const begun = ours.partialMessages.held;
  client.close();

  expect(begun).toBeLessThan(1_000);
  await read.ended;
  await vi.waitFor(() => expect(ours.partialMessages.held).toBe(0));
  expect(theirs.partialMessages.held).toBeGreaterThan(0);
});
