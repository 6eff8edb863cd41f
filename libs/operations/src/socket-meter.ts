import type { Socket } from 'node:net';

/** The bytes that went over a set of sockets: those that are open, and those that were. */
export class SocketMeter {
  private readonly open = new Set<Socket>();
  private closedReceived = 0;
  private closedSent = 0;

  /** Count what goes over this socket from its beginning on. */
  add(socket: Socket): void {
    if (this.open.has(socket)) {
      return;
    }
    this.open.add(socket);
    socket.once('close', () => {
      this.open.delete(socket);
      this.closedReceived += socket.bytesRead;
      this.closedSent += socket.bytesWritten;
    });
  }

  get openCount(): number {
    return this.open.size;
  }

  get receivedBytes(): number {
    return sum(this.open, 'bytesRead', this.closedReceived);
  }

  get sentBytes(): number {
    return sum(this.open, 'bytesWritten', this.closedSent);
  }
}

function sum(sockets: Iterable<Socket>, which: 'bytesRead' | 'bytesWritten', from: number): number {
  let total = from;
  for (const socket of sockets) {
    total += socket[which];
  }
  return total;
}
