import { status } from '@grpc/grpc-js';
import type { ScrapeRequestMessage } from '@app/protocol';
import type {
  CallOutcome,
  ProxyClient,
  ReadStream,
  StreamEnd,
  WriteStream,
} from '../connection/proxy-port.js';

/** A stream whose end a test decides on. */
export class FakeStream implements ReadStream, WriteStream<unknown> {
  readonly ended: Promise<StreamEnd>;
  readonly written: unknown[] = [];
  isHalfClosed = false;
  isCancelled = false;
  isPaused = false;
  readonly end: (end?: StreamEnd) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    this.ended = promise;
    this.end = resolve;
  }

  write(message: unknown): Promise<boolean> {
    this.written.push(message);
    return Promise.resolve(true);
  }

  halfClose(): void {
    this.isHalfClosed = true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  cancel(): void {
    this.isCancelled = true;
    this.end({ code: status.CANCELLED, words: 'cancelled' });
  }
}

/** A proxy that says yes to everything and ends write streams that are half-closed. */
export class AgreeableProxy implements ProxyClient {
  readonly activity = { sentAtMs: 0, heardAtMs: 0 };
  readonly read = new FakeStream();
  readonly responses = new FakeStream();
  readonly chunks = new FakeStream();
  isClosed = false;
  ask: (request: ScrapeRequestMessage) => void = () => undefined;

  connectAgent(): Promise<CallOutcome<string>> {
    return accepted('agent-1');
  }

  registerAgent(): ReturnType<ProxyClient['registerAgent']> {
    return accepted({ valid: true, reason: '', agentId: 'agent-1', capabilities: [], version: '' });
  }

  registerPath(): ReturnType<ProxyClient['registerPath']> {
    return accepted({ valid: true, reason: '', pathCount: 1, pathId: 1, warnings: [] });
  }

  unregisterPath(): ReturnType<ProxyClient['unregisterPath']> {
    return accepted({ valid: true, reason: '' });
  }

  sendHeartBeat(): ReturnType<ProxyClient['sendHeartBeat']> {
    return accepted({ valid: true, reason: '' });
  }

  readRequests(_agentId: string, onRequest: (request: ScrapeRequestMessage) => void): ReadStream {
    this.ask = onRequest;
    return this.read;
  }

  writeResponses(): FakeStream {
    return endingWhenHalfClosed(this.responses);
  }

  writeChunks(): FakeStream {
    return endingWhenHalfClosed(this.chunks);
  }

  close(): void {
    this.isClosed = true;
    for (const stream of [this.read, this.responses, this.chunks]) {
      stream.cancel();
    }
  }
}

/** Nobody is there. */
export class UnreachableProxy extends AgreeableProxy {
  override connectAgent(): Promise<CallOutcome<string>> {
    return failed(status.UNAVAILABLE, 'connection refused');
  }
}

/** Takes the call and says nothing until the client gives up. */
export class SilentProxy extends AgreeableProxy {
  readonly #given = Promise.withResolvers<CallOutcome<string>>();

  override connectAgent(): Promise<CallOutcome<string>> {
    return this.#given.promise;
  }

  override close(): void {
    super.close();
    this.#given.resolve({ ok: false, problem: { code: status.CANCELLED, words: 'given up' } });
  }
}

/** Gives an id and then turns the agent away. */
export class ProxyThatTurnsAgentsAway extends AgreeableProxy {
  override registerAgent(): ReturnType<ProxyClient['registerAgent']> {
    return accepted({ valid: false, reason: 'too many agents', agentId: '', capabilities: [], version: '' });
  }
}

/** Loses the link while paths are registered. */
export class ProxyLostWhileRegistering extends AgreeableProxy {
  override registerPath(): ReturnType<ProxyClient['registerPath']> {
    return failed(status.UNAVAILABLE, 'connection dropped');
  }
}

/** Leaves write streams open although they were half-closed. */
export class ProxyThatKeepsStreamsOpen extends AgreeableProxy {
  override writeResponses(): FakeStream {
    return this.responses;
  }
}

/** Never answers registerPath. */
export class ProxyThatHangsOnPaths extends AgreeableProxy {
  override registerPath(): ReturnType<ProxyClient['registerPath']> {
    return new Promise(() => undefined);
  }
}

function accepted<T>(value: T): Promise<CallOutcome<T>> {
  return Promise.resolve({ ok: true, value });
}

function failed(code: status, words: string): Promise<CallOutcome<never>> {
  return Promise.resolve({ ok: false, problem: { code, words } });
}

function endingWhenHalfClosed(stream: FakeStream): FakeStream {
  stream.halfClose = () => {
    stream.isHalfClosed = true;
    stream.end();
  };
  return stream;
}
