import {
  type CallOptions,
  type ClientUnaryCall,
  type ClientWritableStream,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import {
  AGENT_ID_HEADER,
  AGENT_TOKEN_HEADER,
  BODY_STREAM_HEADER,
  BODY_STREAM_MARK,
  type ChunkedScrapeResponseInit,
  type HeartBeatRequestInit,
  type HeartBeatResponseMessage,
  MAX_MESSAGE_BYTES,
  packageDefinition,
  type ProtoGrpcType,
  type ProxyServiceClient,
  type RegisterAgentRequestInit,
  type RegisterAgentResponseMessage,
  type RegisterPathRequestInit,
  type RegisterPathResponseMessage,
  type ScrapeRequestMessage,
  type ScrapeResponseInit,
  type UnregisterPathRequestInit,
  type UnregisterPathResponseMessage,
} from '@app/protocol';
import { GrpcWriteStream } from './grpc-write-stream.js';
import type {
  CallOutcome,
  CallProblem,
  ProxyClient,
  ReadStream,
  StreamEnd,
  WriteStream,
} from './proxy-port.js';

export interface ProxyClientOptions {
  /** `host:port`, an IPv6 address in brackets. */
  target: string;
  /** Empty presents none. */
  token: string;
  /** Ask for a session that is not bound to this connection. */
  isUnbound: boolean;
  /** How long a single call may take, in milliseconds; 0 means no limit. */
  unaryDeadlineMs: number;
}

/** However patient calls are, nobody waits longer for a proxy to be there. */
const CONNECT_DEADLINE_MS = 10_000;
const HEARTBEAT_DEADLINE_MS = 3_000;

const CHANNEL_OPTIONS = {
  // Two agents in one process must not share a connection, nor anything that is global.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_channelz': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc-node.flow_control_window': MAX_MESSAGE_BYTES,
  // Otherwise the first MiB of every stream is kept for a retry, and its writes report success at once.
  'grpc.enable_retries': 0,
  'grpc.per_rpc_retry_buffer_size': 0,
} as const;

const services = loadPackageDefinition(packageDefinition) as unknown as ProtoGrpcType;

interface Cancellable {
  cancel(): void;
}

type Answer<T> = (error: ServiceError | null, value?: T) => void;

/** A connection of its own to one proxy, over grpc-js. */
export class GrpcProxyClient implements ProxyClient {
  readonly activity = { sentAtMs: performance.now(), heardAtMs: performance.now() };
  readonly #options: ProxyClientOptions;
  readonly #client: ProxyServiceClient;
  readonly #calls = new Set<Cancellable>();
  #isClosed = false;

  constructor(options: ProxyClientOptions) {
    this.#options = options;
    this.#client = new services.ProxyService(
      `dns:${options.target}`,
      credentials.createInsecure(),
      CHANNEL_OPTIONS,
    );
  }

  connectAgent(): Promise<CallOutcome<string>> {
    return this.#options.isUnbound ? this.#connectUnbound() : this.#connectBound();
  }

  registerAgent(request: RegisterAgentRequestInit): Promise<CallOutcome<RegisterAgentResponseMessage>> {
    return this.#unary((answer) =>
      this.#client.registerAgent(request, this.#metadata(), this.#deadline(), answer),
    );
  }

  registerPath(request: RegisterPathRequestInit): Promise<CallOutcome<RegisterPathResponseMessage>> {
    return this.#unary((answer) =>
      this.#client.registerPath(request, this.#metadata(), this.#deadline(), answer),
    );
  }

  unregisterPath(request: UnregisterPathRequestInit): Promise<CallOutcome<UnregisterPathResponseMessage>> {
    return this.#unary((answer) =>
      this.#client.unregisterPath(request, this.#metadata(), this.#deadline(), answer),
    );
  }

  sendHeartBeat(request: HeartBeatRequestInit): Promise<CallOutcome<HeartBeatResponseMessage>> {
    return this.#unary((answer) =>
      this.#client.sendHeartBeat(request, this.#metadata(), deadlineIn(HEARTBEAT_DEADLINE_MS), answer),
    );
  }

  readRequests(agentId: string, onRequest: (request: ScrapeRequestMessage) => void): ReadStream {
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    const call = this.#client.readRequestsFromProxy({ agentId }, this.#metadata());
    this.#hold(call);
    call.on('data', (request: ScrapeRequestMessage) => {
      this.#heard();
      onRequest(request);
    });
    // The status says the same and more, but an error without a listener would end the process.
    call.on('error', () => undefined);
    call.on('status', (end) => {
      this.#calls.delete(call);
      resolve(end.code === status.OK ? undefined : { code: end.code, words: end.details });
    });
    return { ended: promise };
  }

  writeResponses(): WriteStream<ScrapeResponseInit> {
    return this.#write<ScrapeResponseInit>((answer) =>
      this.#client.writeResponsesToProxy(this.#metadata(), answer),
    );
  }

  writeChunks(isBodyStream: boolean): WriteStream<ChunkedScrapeResponseInit> {
    const metadata = this.#metadata();
    if (isBodyStream) {
      metadata.set(BODY_STREAM_HEADER, BODY_STREAM_MARK);
    }
    return this.#write<ChunkedScrapeResponseInit>((answer) =>
      this.#client.writeChunkedResponsesToProxy(metadata, answer),
    );
  }

  close(): void {
    this.#isClosed = true;
    // grpc-js keeps a connection for as long as streams are open on it.
    for (const call of this.#calls) {
      call.cancel();
    }
    this.#client.close();
  }

  async #connectBound(): Promise<CallOutcome<string>> {
    let agentId = '';
    const outcome = await this.#unary<unknown>((answer) => {
      const call = this.#client.connectAgent({}, this.#metadata(), this.#connectDeadline(), answer);
      call.on('metadata', (metadata: Metadata) => (agentId = String(metadata.get(AGENT_ID_HEADER)[0] ?? '')));
      return call;
    });
    return outcome.ok ? idOutcome(agentId, `missing header ${AGENT_ID_HEADER}`) : outcome;
  }

  async #connectUnbound(): Promise<CallOutcome<string>> {
    const outcome = await this.#unary<{ agentId: string }>((answer) =>
      this.#client.connectAgentWithTransportFilterDisabled(
        {},
        this.#metadata(),
        this.#connectDeadline(),
        answer,
      ),
    );
    return outcome.ok ? idOutcome(outcome.value.agentId, 'the answer holds no agent id') : outcome;
  }

  #unary<T>(start: (answer: Answer<T>) => ClientUnaryCall): Promise<CallOutcome<T>> {
    if (this.#isClosed) {
      return Promise.resolve({ ok: false, problem: CLOSED });
    }
    return new Promise((resolve) => {
      const call = start((error, value) => {
        this.#calls.delete(call);
        if (error === null && value !== undefined) {
          this.#sent();
          this.#heard();
          resolve({ ok: true, value });
        } else {
          resolve({ ok: false, problem: problemOf(error) });
        }
      });
      this.#hold(call);
    });
  }

  #write<T>(start: (answer: Answer<unknown>) => ClientWritableStream<T>): WriteStream<T> {
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    const call = start((error) => {
      this.#calls.delete(call);
      resolve(error === null ? undefined : problemOf(error));
    });
    this.#hold(call);
    return new GrpcWriteStream(call, promise, () => this.#sent());
  }

  #hold(call: Cancellable): void {
    this.#calls.add(call);
    if (this.#isClosed) {
      call.cancel();
    }
  }

  #sent(): void {
    this.activity.sentAtMs = performance.now();
  }

  #heard(): void {
    this.activity.heardAtMs = performance.now();
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    if (this.#options.token !== '') {
      metadata.set(AGENT_TOKEN_HEADER, this.#options.token);
    }
    return metadata;
  }

  #deadline(): CallOptions {
    return this.#options.unaryDeadlineMs > 0 ? deadlineIn(this.#options.unaryDeadlineMs) : {};
  }

  #connectDeadline(): CallOptions {
    const { unaryDeadlineMs } = this.#options;
    return deadlineIn(
      unaryDeadlineMs > 0 ? Math.min(unaryDeadlineMs, CONNECT_DEADLINE_MS) : CONNECT_DEADLINE_MS,
    );
  }
}

const CLOSED: CallProblem = { code: status.CANCELLED, words: 'the connection is closed' };

function deadlineIn(ms: number): CallOptions {
  return { deadline: Date.now() + ms };
}

function idOutcome(agentId: string, otherwise: string): CallOutcome<string> {
  return agentId === ''
    ? { ok: false, problem: { code: status.INTERNAL, words: otherwise } }
    : { ok: true, value: agentId };
}

function problemOf(error: ServiceError | null): CallProblem {
  return error === null
    ? { code: status.INTERNAL, words: 'an answer without a message' }
    : { code: error.code, words: error.details };
}
