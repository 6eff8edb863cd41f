import {
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  loadPackageDefinition,
  Metadata,
} from '@grpc/grpc-js';
import {
  AGENT_ID_HEADER,
  AGENT_TOKEN_HEADER,
  BODY_STREAM_HEADER,
  BODY_STREAM_MARK,
  type ChunkedScrapeResponseInit,
  type HeartBeatResponseMessage,
  packageDefinition,
  type ProtoGrpcType,
  type ProxyServiceClient,
  type RegisterAgentRequestInit,
  type RegisterAgentResponseMessage,
  type RegisterPathRequestInit,
  type RegisterPathResponseMessage,
  type ScrapeRequestMessage,
  type ScrapeResponseInit,
} from '@app/protocol';
import type { Stage } from '../../../../test/support/stage.js';
import { answerOf, type CallResult, unaryCall } from './wire-call.js';

/** A client stream and how it ended. */
export interface WriteCall<Message> {
  readonly stream: ClientWritableStream<Message>;
  /** Undefined until the proxy has completed the call; then its status code, 0 for OK. */
  status: number | undefined;
}

/**
 * The agent's end of the wire, one call at a time: a test decides what is called, when, with whose id, and how wrong.
 * It has a connection of its own, which goes with the stage.
 */
export class WireAgent {
  readonly client: ProxyServiceClient;
  readonly metadata = new Metadata();
  /** Every request it was sent, cancellations included. */
  readonly requests: ScrapeRequestMessage[] = [];
  agentId = '';
  /** Undefined while the read stream is open; then the status code it ended with, 0 for OK. */
  readStatus: number | undefined;
  /** What it does with a request; nothing by default. */
  onScrape: (request: ScrapeRequestMessage) => void = () => undefined;
  reader: ClientReadableStream<ScrapeRequestMessage> | undefined;
  responses: WriteCall<ScrapeResponseInit> | undefined;
  private readonly streams = new Set<{ cancel(): void }>();

  constructor(stage: Stage, proxyPort: number, token?: string) {
    const { ProxyService } = loadPackageDefinition(packageDefinition) as unknown as ProtoGrpcType;
    this.client = new ProxyService(`127.0.0.1:${proxyPort}`, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_http_proxy': 0,
    });
    if (token !== undefined) {
      this.metadata.set(AGENT_TOKEN_HEADER, token);
    }
    stage.atEnd(() => this.vanish());
  }

  /** Connect, register, register the paths and open the streams for requests and answers. */
  static async serving(
    stage: Stage,
    proxyPort: number,
    paths: readonly string[],
    agent: RegisterAgentRequestInit = {},
  ): Promise<WireAgent> {
    const self = new WireAgent(stage, proxyPort);
    await self.connect();
    await self.register(agent);
    for (const path of paths) {
      const { valid, reason } = await self.registerPath(path);
      if (!valid) {
        throw new Error(`${path}: ${reason}`);
      }
    }
    self.openStreams();
    // Calls on one connection are taken in order: when this one is answered, the streams are there.
    await self.heartBeat();
    return self;
  }

  /** `connectAgent`; from then on it uses the id it was given. */
  async connect(): Promise<CallResult<object>> {
    const result = await unaryCall<object>((done) => this.client.connectAgent({}, this.metadata, done));
    this.agentId = String(result.headers?.get(AGENT_ID_HEADER)[0] ?? '');
    return result;
  }

  /** Connect in the way that ties the session to no connection. */
  async connectUnbound(): Promise<void> {
    const { agentId } = await answerOf(
      unaryCall<{ agentId: string }>((done) =>
        this.client.connectAgentWithTransportFilterDisabled({}, this.metadata, done),
      ),
    );
    this.agentId = agentId;
  }

  register(agent: RegisterAgentRequestInit = {}): Promise<RegisterAgentResponseMessage> {
    const identity = { agentId: this.agentId, agentName: 'edge-7', hostName: 'host', launchId: this.agentId };
    return answerOf(
      unaryCall((done) => this.client.registerAgent({ ...identity, ...agent }, this.metadata, done)),
    );
  }

  registerPath(path: string, overrides: RegisterPathRequestInit = {}): Promise<RegisterPathResponseMessage> {
    const request = {
      agentId: this.agentId,
      path,
      labels: '{}',
      targetUrl: 'http://target/',
      pathSource: 'STATIC',
    };
    return answerOf(
      unaryCall((done) => this.client.registerPath({ ...request, ...overrides }, this.metadata, done)),
    );
  }

  heartBeat(overrides: { agentId?: string; draining?: boolean } = {}): Promise<HeartBeatResponseMessage> {
    const request = { agentId: this.agentId, ...overrides };
    return answerOf(unaryCall((done) => this.client.sendHeartBeat(request, this.metadata, done)));
  }

  openStreams(): void {
    this.openReader();
    this.responses = this.openResponses();
  }

  openReader(agentId = this.agentId): ClientReadableStream<ScrapeRequestMessage> {
    const reader = this.client.readRequestsFromProxy({ agentId }, this.metadata);
    this.reader = reader;
    this.streams.add(reader);
    reader.on('error', () => undefined);
    reader.on('status', ({ code }) => (this.readStatus = code));
    reader.on('data', (request: ScrapeRequestMessage) => {
      this.requests.push(request);
      this.onScrape(request);
    });
    return reader;
  }

  openResponses(): WriteCall<ScrapeResponseInit> {
    return this.watch(this.client.writeResponsesToProxy(this.metadata, () => undefined));
  }

  /** @param isOwn - whether the call carries one large body alone */
  openChunks(isOwn = false): WriteCall<ChunkedScrapeResponseInit> {
    const metadata = this.metadata.clone();
    if (isOwn) {
      metadata.set(BODY_STREAM_HEADER, BODY_STREAM_MARK);
    }
    return this.watch(this.client.writeChunkedResponsesToProxy(metadata, () => undefined));
  }

  /** Answer a request in one message, on the stream for these. */
  answer(scrapeId: number, response: ScrapeResponseInit): void {
    this.responses?.stream.write({
      agentId: this.agentId,
      scrapeId,
      validResponse: true,
      statusCode: 200,
      contentType: 'text/plain',
      ...response,
    });
  }

  /** From now on answer every request with this text. */
  answerAll(text: string): void {
    this.onScrape = ({ scrapeId, cancelled }) => {
      if (!cancelled) {
        this.answer(scrapeId, { contentAsText: text });
      }
    };
  }

  /** Drop everything at once. */
  vanish(): void {
    this.streams.forEach((stream) => stream.cancel());
    this.client.close();
  }

  private watch<Message>(stream: ClientWritableStream<Message>): WriteCall<Message> {
    const call: WriteCall<Message> = { stream, status: undefined };
    this.streams.add(stream);
    stream.on('error', () => undefined);
    stream.on('status', ({ code }: { code: number }) => (call.status = code));
    return call;
  }
}
