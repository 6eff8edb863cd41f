import {
  Client,
  type ClientUnaryCall,
  type ClientWritableStream,
  credentials,
  Metadata,
  type MetadataValue,
  type StatusObject,
  status as statusCodes,
} from '@grpc/grpc-js';
import { vi } from 'vitest';
import type { Stage } from '../support/stage.js';
import { getMethod } from './wire-codec.js';

type AnyCall = Pick<ClientUnaryCall, 'on' | 'cancel' | 'getPeer'>;

const NOTHING = Buffer.alloc(0);
const asIs = (bytes: Buffer): Buffer => bytes;

/** One call on the wire: what is sent are the bytes given, what came is kept in order. */
export class RawCall {
  readonly messages: Buffer[] = [];
  #metadata: Metadata | undefined;
  #status: StatusObject | undefined;
  #call: AnyCall | undefined;
  readonly #rpc: string;

  constructor(rpc: string) {
    this.#rpc = rpc;
  }

  /** Follow a call of grpc-js. */
  follow(call: AnyCall): void {
    this.#call = call;
    call.on('metadata', (metadata: Metadata) => (this.#metadata = metadata));
    call.on('status', (status: StatusObject) => (this.#status = status));
    if ('read' in call) {
      const stream = call as unknown as NodeJS.ReadableStream;
      stream.on('data', (bytes: Buffer) => this.messages.push(bytes));
      stream.on('error', () => {});
    }
  }

  get isEnded(): boolean {
    return this.#status !== undefined;
  }

  /** The initial metadata that came so far, if any. */
  get seenMetadata(): Record<string, MetadataValue> | undefined {
    return this.#metadata?.getMap();
  }

  /** The message of this number, from 0, once it is there. */
  message(index: number, withinMs?: number): Promise<Buffer> {
    return this.#until(`message ${index}`, () => this.messages[index], withinMs);
  }

  /** How the call ended, once it has. */
  async status(withinMs?: number): Promise<{ code: number; details: string }> {
    const { code, details } = await this.#until('an end', () => this.#status, withinMs);
    return { code, details };
  }

  /** Send the next message of a client stream. */
  write(bytes: Buffer): void {
    this.#writable().write(bytes);
  }

  /** Say that no more messages come. */
  halfClose(): void {
    this.#writable().end();
  }

  cancel(): void {
    this.#call?.cancel();
  }

  #writable(): ClientWritableStream<Buffer> {
    return this.#call as ClientWritableStream<Buffer>;
  }

  #until<Value>(what: string, read: () => Value | undefined, withinMs = 10_000): Promise<Value> {
    return vi.waitFor(
      () => {
        const value = read();
        if (value === undefined) throw new Error(`${this.#rpc}: ${what} has not come, ${this.#ending()}`);
        return value;
      },
      { timeout: withinMs, interval: 5 },
    );
  }

  #ending(): string {
    const status = this.#status;
    return status ? `the call ended with ${statusCodes[status.code]} ${status.details}` : 'the call is open';
  }
}

/** One HTTP/2 connection to a proxy, over which calls carry bytes as they are. */
export class RawConnection {
  readonly #client: Client;
  readonly #calls: RawCall[] = [];

  constructor(stage: Stage, port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_http_proxy': 0,
    });
    stage.atEnd(() => this.close());
  }

  /** Start an RPC. A call that is no client stream takes its one message here. */
  start(rpc: string, bytes: Buffer = NOTHING, headers: Readonly<Record<string, string>> = {}): RawCall {
    const { path, requestStream, responseStream } = getMethod(rpc);
    const call = new RawCall(rpc);
    const metadata = Metadata.fromHttp2Headers({ ...headers });
    const onMessage = (_error: unknown, answer?: Buffer): void => {
      if (answer !== undefined) call.messages.push(answer);
    };
    if (requestStream)
      call.follow(this.#client.makeClientStreamRequest(path, asIs, asIs, metadata, onMessage));
    else if (responseStream)
      call.follow(this.#client.makeServerStreamRequest(path, asIs, asIs, bytes, metadata));
    else call.follow(this.#client.makeUnaryRequest(path, asIs, asIs, bytes, metadata, onMessage));
    this.#calls.push(call);
    return call;
  }

  /** Cancel what is open and drop the connection. */
  close(): void {
    for (const call of this.#calls) if (!call.isEnded) call.cancel();
    this.#client.close();
  }
}
