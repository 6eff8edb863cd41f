import {
  type CallOptions,
  type ChannelOptions,
  loadPackageDefinition,
  Metadata,
  status,
} from '@grpc/grpc-js';
import {
  AGENT_ID_HEADER,
  AGENT_TOKEN_HEADER,
  batchDefinition,
  BODY_STREAM_HEADER,
  BODY_STREAM_MARK,
  type ChunkedScrapeResponseInit,
  type HeartBeatRequestInit,
  type HeartBeatResponseMessage,
  MAX_MESSAGE_BYTES,
  type MessageMeter,
  meteredDefinition,
  packageDefinition,
  type ProtoGrpcType,
  type ProxyServiceClient,
  type RegisterAgentRequestInit,
  type RegisterAgentResponseMessage,
  type RegisterPathRequestInit,
  type RegisterPathResponseMessage,
  type ScrapeRequestMessage,
  type UnregisterPathRequestInit,
  type UnregisterPathResponseMessage,
} from '@app/protocol';
import type { Tunnel } from '../egress/tunnel.js';
import { HEARTBEAT_DEADLINE_MS } from '../heartbeat/heartbeat.js';
import { explainConnectProblem } from './connect-problem.js';
import { GrpcCalls } from './grpc-calls.js';
import type { LinkCertificates } from './link-certificates.js';
import type { LinkCalls } from './link-calls.js';
import { LinkCredentials } from './link-credentials.js';
import type { PeerWords } from './peer-words.js';
import type {
  CallOutcome,
  LinkActivity,
  OutgoingResponse,
  ProxyClient,
  ReadStream,
  WriteStream,
} from './proxy-port.js';
import { withPiecesInPlace } from './response-frame.js';

export interface ProxyClientOptions {
  /** The address to dial, as grpc-js names it: `ipv4:127.0.0.1:50051`. */
  target: string;
  /** Whom to ask for there: the proxy's `host:port`, or the name that stands in for it. */
  authority: string;
  /** Undefined means plain text; `name` is looked for in the certificate of the proxy. */
  tls: (LinkCertificates & { name: string }) | undefined;
  /** Undefined means that `target` is the proxy itself. */
  tunnel?: Tunnel | undefined;
  /** Empty presents none; visible ASCII. */
  token: string;
  /** Ask for a session that is not bound to this connection. */
  isUnbound: boolean;
  /** How long a single call may take, in milliseconds; 0 means no limit. */
  unaryDeadlineMs: number;
  /** How HTTP/2 pings are sent. */
  keepalive: ChannelOptions;
  /** Counts the bytes of messages. */
  meter: MessageMeter;
  /** Bounds what arrives of messages that are not complete; nothing does when left out. */
  calls?: LinkCalls;
  /** How much of what the proxy says is kept. */
  words: PeerWords;
}

/** However patient calls are, nobody waits longer for a proxy to be there. */
const CONNECT_DEADLINE_MS = 10_000;

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

/** A connection of its own to one proxy, over grpc-js. */
export class GrpcProxyClient implements ProxyClient {
  readonly #options: ProxyClientOptions;
  readonly #client: ProxyServiceClient;
  readonly #calls: GrpcCalls;
  readonly #closed = new AbortController();

  constructor(options: ProxyClientOptions) {
    this.#options = options;
    this.#calls = new GrpcCalls(options.words);
    const { target, tls, tunnel, authority, keepalive, meter, calls } = options;
    const definition = batchDefinition(meteredDefinition(meter, withPiecesInPlace(packageDefinition)));
    const services = loadPackageDefinition(definition) as unknown as ProtoGrpcType;
    const security = new LinkCredentials(tls, tunnel, this.#closed.signal, calls);
    const channel = { ...CHANNEL_OPTIONS, ...keepalive, 'grpc.default_authority': authority };
    this.#client = new services.ProxyService(target, security, channel);
  }

  get activity(): LinkActivity {
    return this.#calls.activity;
  }

  async connectAgent(): Promise<CallOutcome<string>> {
    const { isUnbound, tls } = this.#options;
    const outcome = await (isUnbound ? this.#connectUnbound() : this.#connectBound());
    if (outcome.ok) {
      return outcome;
    }
    const circumstances = { isEncrypted: tls !== undefined, ownValidTo: tls?.ownValidTo };
    return { ok: false, problem: explainConnectProblem(outcome.problem, circumstances, this.#connectMs) };
  }

  registerAgent(request: RegisterAgentRequestInit): Promise<CallOutcome<RegisterAgentResponseMessage>> {
    return this.#calls.unary((answer) =>
      this.#client.registerAgent(request, this.#metadata(), this.#deadline(), answer),
    );
  }

  registerPath(request: RegisterPathRequestInit): Promise<CallOutcome<RegisterPathResponseMessage>> {
    return this.#calls.unary((answer) =>
      this.#client.registerPath(request, this.#metadata(), this.#deadline(), answer),
    );
  }

  unregisterPath(request: UnregisterPathRequestInit): Promise<CallOutcome<UnregisterPathResponseMessage>> {
    return this.#calls.unary((answer) =>
      this.#client.unregisterPath(request, this.#metadata(), this.#deadline(), answer),
    );
  }

  sendHeartBeat(request: HeartBeatRequestInit): Promise<CallOutcome<HeartBeatResponseMessage>> {
    return this.#calls.unary((answer) =>
      this.#client.sendHeartBeat(request, this.#metadata(), deadlineIn(HEARTBEAT_DEADLINE_MS), answer),
    );
  }

  readRequests(agentId: string, onRequest: (request: ScrapeRequestMessage) => void): ReadStream {
    return this.#calls.read(
      () => this.#client.readRequestsFromProxy({ agentId }, this.#metadata()),
      onRequest,
    );
  }

  writeResponses(): WriteStream<OutgoingResponse> {
    return this.#calls.write<OutgoingResponse>(
      (answer) => this.#client.writeResponsesToProxy(this.#metadata(), answer),
      contentBytes,
    );
  }

  writeChunks(isBodyStream: boolean): WriteStream<ChunkedScrapeResponseInit> {
    const metadata = this.#metadata();
    if (isBodyStream) {
      metadata.set(BODY_STREAM_HEADER, BODY_STREAM_MARK);
    }
    return this.#calls.write<ChunkedScrapeResponseInit>(
      (answer) => this.#client.writeChunkedResponsesToProxy(metadata, answer),
      ({ chunk }) => chunk?.chunkBytes?.length ?? 0,
    );
  }

  close(): void {
    this.#closed.abort();
    // grpc-js keeps a connection for as long as streams are open on it.
    this.#calls.close();
    this.#client.close();
  }

  async #connectBound(): Promise<CallOutcome<string>> {
    let agentId = '';
    const outcome = await this.#calls.unary<unknown>((answer) => {
      const call = this.#client.connectAgent({}, this.#metadata(), deadlineIn(this.#connectMs), answer);
      call.on('metadata', (metadata: Metadata) => (agentId = String(metadata.get(AGENT_ID_HEADER)[0] ?? '')));
      return call;
    });
    return outcome.ok ? idOutcome(agentId, `missing header ${AGENT_ID_HEADER}`) : outcome;
  }

  async #connectUnbound(): Promise<CallOutcome<string>> {
    const outcome = await this.#calls.unary<{ agentId: string }>((answer) =>
      this.#client.connectAgentWithTransportFilterDisabled(
        {},
        this.#metadata(),
        deadlineIn(this.#connectMs),
        answer,
      ),
    );
    return outcome.ok ? idOutcome(outcome.value.agentId, 'the answer holds no agent id') : outcome;
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

  get #connectMs(): number {
    const { unaryDeadlineMs } = this.#options;
    return Math.min(unaryDeadlineMs > 0 ? unaryDeadlineMs : Infinity, CONNECT_DEADLINE_MS);
  }
}

function contentBytes({ zippedBody, contentAsText, deltaBody }: OutgoingResponse): number {
  return (zippedBody?.byteCount ?? 0) + (contentAsText?.length ?? 0) + (deltaBody?.frame?.length ?? 0);
}

function deadlineIn(ms: number): CallOptions {
  return { deadline: Date.now() + ms };
}

function idOutcome(agentId: string, otherwise: string): CallOutcome<string> {
  return agentId === ''
    ? { ok: false, problem: { code: status.INTERNAL, words: otherwise } }
    : { ok: true, value: agentId };
}
