import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { onceWithin } from '../../../../test/support/once-within.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { AgentSockets, type SocketLimits } from './agent-sockets.js';

describe('the sockets of a port', () => {
  const stage = stagePerTest();
  let port: number;

  const listen = async (): Promise<number> => {
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stage.atEnd(() => void server.close());
    return (server.address() as AddressInfo).port;
  };

  beforeEach(async () => {
    port = await listen();
  });

  const start = (limits: Partial<SocketLimits> = {}): AgentSockets => {
    const sockets = new AgentSockets(() => port, {
      maxOpen: 10,
      maxUnknown: 10,
      unknownMs: 60_000,
      ...limits,
    });
    sockets.start();
    stage.atEnd(() => sockets.stop());
    return sockets;
  };
  const dial = async (to = port): Promise<Socket> => {
    const socket = connect(to, '127.0.0.1');
    stage.atEnd(() => void socket.destroy());
    socket.on('error', () => undefined).resume();
    await onceWithin(socket, 'connect', 5_000);
    return socket;
  };
  const peerOf = ({ localPort }: Socket): string => `127.0.0.1:${localPort}`;
  const counts = ({ size, unknownCount, refusals }: AgentSockets): number[] => [size, unknownCount, refusals];

  it('are unknown until a call was admitted', async () => {
    const sockets = start();
    const [one] = [await dial(), await dial()];
    await vi.waitFor(() => expect(counts(sockets)).toEqual([2, 2, 0]));

    sockets.admitted(peerOf(one));

    expect(counts(sockets)).toEqual([2, 1, 0]);
  });

  it('are forgotten when they close', async () => {
    const sockets = start();
    const [one, other] = [await dial(), await dial()];
    await vi.waitFor(() => expect(sockets.size).toBe(2));
    sockets.admitted(peerOf(one));

    one.destroy();
    other.destroy();

    await vi.waitFor(() => expect(counts(sockets)).toEqual([0, 0, 0]));
  });

  it('are cut off when they stay unknown for too long, and only those', async () => {
    const sockets = start({ unknownMs: 200 });
    const [agent, silent] = [await dial(), await dial()];
    await vi.waitFor(() => expect(sockets.size).toBe(2));
    sockets.admitted(peerOf(agent));

    await onceWithin(silent, 'close', 2_000);

    await vi.waitFor(() => expect(counts(sockets)).toEqual([1, 0, 1]));
    expect(agent.destroyed).toBe(false);
  });

  it('give way, the oldest unknown one first, when there are too many unknown ones', async () => {
    const sockets = start({ maxUnknown: 2 });
    const [agent, first, second] = [await dial(), await dial(), await dial()];
    await vi.waitFor(() => expect(counts(sockets)).toEqual([2, 2, 1]));
    expect(agent.destroyed || (await onceWithin(agent, 'close', 2_000))).toBeTruthy();
    sockets.admitted(peerOf(first));

    await dial();

    await vi.waitFor(() => expect(counts(sockets)).toEqual([3, 2, 1]));
    expect([first.destroyed, second.destroyed]).toEqual([false, false]);
  });

  it('are closed at once beyond their number', async () => {
    const sockets = start({ maxOpen: 1 });
    const first = await dial();
    await vi.waitFor(() => expect(sockets.size).toBe(1));

    const second = await dial();
    await onceWithin(second, 'close', 2_000);

    expect(counts(sockets)).toEqual([1, 1, 1]);
    expect(first.destroyed).toBe(false);
  });

  it('of other ports are none of its business', async () => {
    const sockets = start();

    await dial(await listen());
    await dial();

    await vi.waitFor(() => expect(sockets.size).toBe(1));
  });
});
