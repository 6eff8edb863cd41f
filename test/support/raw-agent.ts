import { hostname } from 'node:os';
import {
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  credentials,
  loadPackageDefinition,
  type requestCallback,
} from '@grpc/grpc-js';
import {
  AGENT_ID_HEADER,
  type ChunkedScrapeResponseInit,
  packageDefinition,
  type ProtoGrpcType,
  type ProxyServiceClient,
  type ScrapeRequestMessage,
  type ScrapeResponseInit,
} from '@app/protocol';
import { onceWithin } from './once-within.js';
import type { Stage } from './stage.js';

export interface RawAgentSettings {
  readonly proxyPort: number;
  readonly paths: readonly string[];
  readonly name?: string;
  /** The labels of a path as text; none by default. */
  readonly labels?: (path: string) => string;
  /** None by default: then it is an older agent to the proxy. */
  readonly capabilities?: readonly string[];
  /** What it does with a request; nothing by default. */
  readonly onScrape?: (request: ScrapeRequestMessage, agent: RawAgent) => void;
}

/**
 * An agent that speaks the wire and nothing more, so that a test decides what it answers, when, and how wrong.
 * It sends no heartbeats and does not reconnect.
 */
export class RawAgent {
  /** Every request it was sent, cancellations included. */
  readonly requests: ScrapeRequestMessage[] = [];
  readonly #client: ProxyServiceClient;
  readonly #settings: RawAgentSettings;
  #agentId = '';
  #reader: ClientReadableStream<ScrapeRequestMessage> | undefined;
  #writer: ClientWritableStream<ScrapeResponseInit> | undefined;
  #chunkWriter: ClientWritableStream<ChunkedScrapeResponseInit> | undefined;
  #isServed = true;

  private constructor(settings: RawAgentSettings) {
    this.#settings = settings;
    const { ProxyService } = loadPackageDefinition(packageDefinition) as unknown as ProtoGrpcType;
    this.#client = new ProxyService(`127.0.0.1:${settings.proxyPort}`, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_http_proxy': 0,
    });
  }

  /** Connect, register the agent and its paths, and open the three streams. */
  static async connect(stage: Stage, settings: RawAgentSettings): Promise<RawAgent> {
    const agent = new RawAgent(settings);
    stage.atEnd(() => agent.vanish());
    await agent.#register();
    agent.#openStreams();
    return agent;
  }

  get agentId(): string {
    return this.#agentId;
  }

  /** False once the proxy has ended the stream of requests. */
  get isServed(): boolean {
    return this.#isServed;
  }

  /** Answer in one message. */
  answer(response: ScrapeResponseInit): void {
    this.#writer?.write({ agentId: this.#agentId, ...response });
  }

  /** Send one message of an answer in chunks, on the shared stream for these. */
  answerChunk(message: ChunkedScrapeResponseInit): void {
    this.#chunkWriter?.write(message);
  }

  /** Leave as an agent does that is stopped: half-close what it writes, then close the connection. */
  async leave(): Promise<void> {
    const writers = [this.#writer, this.#chunkWriter].filter((writer) => writer !== undefined);
    await Promise.all(writers.map((writer) => onceWithin(writer, 'status', 5_000, () => writer.end())));
    this.vanish();
  }

  /** Cancel everything and drop the connection. */
  vanish(): void {
    this.#reader?.cancel();
    this.#writer?.cancel();
    this.#chunkWriter?.cancel();
    this.#client.close();
  }

  async #register(): Promise<void> {
    await this.#call((done) => {
      const call = this.#client.connectAgent({}, done);
      call.once('metadata', (metadata) => (this.#agentId = String(metadata.get(AGENT_ID_HEADER)[0] ?? '')));
      return call;
    });
    const agentName = this.#settings.name ?? 'raw-agent';
    const capabilities = [...(this.#settings.capabilities ?? [])];
    const identity = {
      agentId: this.#agentId,
      agentName,
      hostName: hostname(),
      launchId: crypto.randomUUID(),
    };
    const registered = await this.#call<{ valid: boolean; reason: string }>((done) =>
      this.#client.registerAgent({ ...identity, capabilities }, done),
    );
    if (!registered.valid) throw new Error(`registerAgent: ${registered.reason}`);
    for (const path of this.#settings.paths) await this.#registerPath(path);
  }

  async #registerPath(path: string): Promise<void> {
    const labels = this.#settings.labels?.(path) ?? '{}';
    const request = { agentId: this.#agentId, path, labels, targetUrl: `http://raw/${path}` };
    const answer = await this.#call<{ valid: boolean; reason: string }>((done) =>
      this.#client.registerPath({ ...request, pathSource: 'STATIC' }, done),
    );
    if (!answer.valid) throw new Error(`registerPath ${path}: ${answer.reason}`);
  }

  #openStreams(): void {
    this.#reader = this.#client.readRequestsFromProxy({ agentId: this.#agentId });
    this.#writer = this.#client.writeResponsesToProxy(() => {});
    this.#chunkWriter = this.#client.writeChunkedResponsesToProxy(() => {});
    for (const stream of [this.#reader, this.#writer, this.#chunkWriter]) stream.on('error', () => {});
    this.#reader.on('close', () => (this.#isServed = false));
    this.#reader.on('end', () => (this.#isServed = false));
    this.#reader.on('data', (request: ScrapeRequestMessage) => {
      this.requests.push(request);
      this.#settings.onScrape?.(request, this);
    });
  }

  #call<Answer>(start: (done: requestCallback<Answer>) => ClientUnaryCall): Promise<Answer> {
    return new Promise((resolve, reject) => {
      start((error, answer) => {
        if (error || answer === undefined) reject(error ?? new Error('no answer'));
        else resolve(answer);
      });
    });
  }
}
