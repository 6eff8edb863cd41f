import { Cancellation } from '@app/deadlines';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { onTestFinished } from 'vitest';
import { parseTargetAddress, type TargetAddress } from '../paths/target-address.js';
import { TestTarget } from './test-target.js';
import type { FetchOutcome } from '../scrape/fetch-outcome.js';
import { MemoryBudget, type MemoryShare } from '../scrape/memory-budget.js';
import { TargetClient, type TargetClientOptions, type TargetRequest } from '../scrape/target-client.js';

export const never = new Cancellation();

export function client(options: Partial<TargetClientOptions> = {}): TargetClient {
  const made = new TargetClient(
    {
      version: '1.2.3',
      forwardAuthorization: true,
      maxBytes: 1_000_000,
      holdBytes: 500_000,
      ...options,
    },
    { context: createSecureContext(), isEveryoneTrusted: false },
  );
  onTestFinished(() => made.close());
  return made;
}

export async function target(handler: Parameters<typeof TestTarget.start>[0]): Promise<TestTarget> {
  const made = await TestTarget.start(handler);
  onTestFinished(() => made.close());
  return made;
}

/** A server that does with a connection whatever it is told, which HTTP may not know. */
export async function rawServer(onRequest: (socket: Socket, count: number) => void): Promise<string> {
  const counts = new WeakMap<Socket, number>();
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const count = (counts.get(socket) ?? 0) + 1;
      counts.set(socket, count);
      onRequest(socket, count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

export function request(url: string, rest: Partial<TargetRequest> = {}): TargetRequest {
  const outcome = parseTargetAddress(url);
  const address = (outcome as { address: TargetAddress }).address;
  return { address, accept: '', authorization: '', remainingMs: 9_457.8, retry: 0, ...rest };
}

export function share(bytes = 10_000_000): MemoryShare {
  return new MemoryBudget(bytes).open();
}

export function bodyOf(outcome: FetchOutcome): string {
  return outcome.kind === 'whole' ? Buffer.concat(outcome.pieces).toString() : JSON.stringify(outcome);
}

export async function readAll(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const piece of pieces) {
    read.push(piece);
  }
  return Buffer.concat(read);
}
