import { connect, type Socket } from 'node:net';
import { onceWithin } from './once-within.js';
import type { Stage } from './stage.js';

/** Frame types of HTTP/2 (RFC 9113, section 6). */
export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

/** Frame flags (RFC 9113, section 6). */
export const FLAG = { ACK: 1, END_STREAM: 1, END_HEADERS: 4 } as const;

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const HEAD_BYTES = 9;

/** One frame as it came. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/**
 * A peer that speaks HTTP/2 frame by frame, so that a test can send what no library would. It acknowledges nothing by
 * itself.
 */
export class Http2Peer {
  readonly received: Frame[] = [];
  /** Told of each frame that comes. */
  onFrame: (frame: Frame) => void = () => undefined;
  readonly #socket: Socket;
  #pending = Buffer.alloc(0);
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.once('close', () => (this.#isClosed = true));
    socket.on('data', (piece: Buffer) => this.#take(piece));
  }

  /** Connect, send the preface and empty settings. The socket is destroyed with the stage. */
  static async connect(stage: Stage, port: number): Promise<Http2Peer> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    stage.atEnd(() => void socket.destroy());
    const peer = new Http2Peer(socket);
    await onceWithin(socket, 'connect', 5_000);
    socket.write(PREFACE);
    peer.send(FRAME.SETTINGS, 0, 0);
    return peer;
  }

  /** Whether the connection has ended, whoever ended it. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** False when the peer does not take any more for now. */
  send(type: number, flags: number, streamId: number, payload: Buffer = Buffer.alloc(0)): boolean {
    return this.#socket.destroyed || this.#socket.write(encode(type, flags, streamId, payload));
  }

  /** Open a call of an RPC; the headers are complete, the stream stays open. */
  call(streamId: number, path: string, more: Readonly<Record<string, string>> = {}): boolean {
    return this.send(
      FRAME.HEADERS,
      FLAG.END_HEADERS,
      streamId,
      headerBlock({ ...callHeaders(path), ...more }),
    );
  }

  /** Wait until what was written has left. */
  async drained(withinMs = 5_000): Promise<void> {
    if (this.#socket.writableLength > 0 && !this.#socket.destroyed) {
      await onceWithin(this.#socket, 'drain', withinMs).catch(() => undefined);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(piece: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, piece]);
    while (this.#pending.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + this.#pending.readUIntBE(0, 3);
      if (this.#pending.length < end) return;
      const frame = {
        type: this.#pending.readUInt8(3),
        flags: this.#pending.readUInt8(4),
        streamId: this.#pending.readUInt32BE(5),
        payload: this.#pending.subarray(HEAD_BYTES, end),
      };
      this.#pending = this.#pending.subarray(end);
      this.received.push(frame);
      this.onFrame(frame);
    }
  }
}

/** The headers that a gRPC call begins with. */
export function callHeaders(path: string): Record<string, string> {
  return {
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': 'proxy',
    te: 'trailers',
    'content-type': 'application/grpc',
  };
}

/** Headers as HPACK literals without indexing or Huffman coding (RFC 7541, section 6.2.2). */
export function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const literal = (text: string): Buffer => Buffer.concat([length(text.length), Buffer.from(text, 'latin1')]);
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]),
  );
}

/** An integer with a prefix of seven bits (RFC 7541, section 5.1). */
function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

function encode(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}
