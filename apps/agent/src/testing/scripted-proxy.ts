import {
  loadPackageDefinition,
  Metadata,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  AGENT_ID_HEADER,
  AGENT_TOKEN_HEADER,
  BODY_STREAM_HEADER,
  type ChunkedScrapeResponseMessage,
  type HeartBeatRequestMessage,
  packageDefinition,
  type ProtoGrpcType,
  type RegisterAgentRequestMessage,
  type RegisterPathRequestMessage,
  type ScrapeRequestInit,
  type ScrapeResponseMessage,
  type UnregisterPathRequestMessage,
} from '@app/protocol';
import { BodyStreams } from './body-streams.js';
import type { ProxyScript } from './proxy-script.js';
import { ReceivedBodies, type ReceivedBody } from './received-bodies.js';
import { ScriptedSession } from './scripted-session.js';
import { WriteStreams } from './write-streams.js';

type Unary<Req> = ServerUnaryCall<Req, unknown>;

const services = loadPackageDefinition(packageDefinition) as unknown as ProtoGrpcType;

/** A real gRPC server that plays the proxy and remembers what agents did. */
export class ScriptedProxy {
  /** What the agents called, in order: `registerPath a`, `readRequestsFromProxy`, … */
  readonly calls: string[] = [];
  readonly tokens = new Set<string>();
  /** The connections agents called on. */
  readonly peers = new Set<string>();
  readonly registrations: RegisterPathRequestMessage[] = [];
  readonly unregistrations: UnregisterPathRequestMessage[] = [];
  readonly agents: RegisterAgentRequestMessage[] = [];
  readonly heartbeats: HeartBeatRequestMessage[] = [];
  /** Those that came on a stream of answers. */
  readonly streamHeartbeats: ScrapeResponseMessage[] = [];
  readonly responses: ScrapeResponseMessage[] = [];
  readonly chunks: ChunkedScrapeResponseMessage[] = [];
  readonly sessions: ScriptedSession[] = [];
  readonly bodies = new ReceivedBodies();
  readonly bodyStreams = new BodyStreams();
  script: ProxyScript;
  readonly #server = new Server({ 'grpc.max_receive_message_length': 4 * 1024 * 1024 });
  readonly #writeStreams = new WriteStreams(() => this.script.neverEndsWriteStreams !== true);
  #port = 0;
  #nextScrapeId: number;

  private constructor(script: ProxyScript) {
    this.script = script;
    this.#nextScrapeId = this.#hasStreamHeartbeats ? 1 : 0;
    this.#server.addService(services.ProxyService.service, this.#handlers());
  }

  static async start(script: ProxyScript = {}): Promise<ScriptedProxy> {
    const proxy = new ScriptedProxy(script);
    await proxy.#listen(script.host ?? '127.0.0.1', script.port ?? 0);
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** The session whose request stream was opened last. */
  get session(): ScriptedSession {
    const session = this.sessions.findLast((one) => one.requests !== undefined);
    if (session === undefined) {
      throw new Error('no agent has opened its request stream');
    }
    return session;
  }

  /** Whether an agent's streams stand. */
  get isServed(): boolean {
    return this.sessions.some((one) => one.requests !== undefined && one.writeStreams.size >= 2);
  }

  /** Ask the agent; the scrape's id. */
  ask(request: Partial<ScrapeRequestInit> & { path: string }): number {
    const scrapeId = request.scrapeId === undefined ? this.#nextScrapeId++ : Number(request.scrapeId);
    const { agentId } = this.session;
    this.session.requests?.write({ agentId, scrapeId, ...request });
    return scrapeId;
  }

  cancel(scrapeId: number): void {
    this.session.requests?.write({ agentId: this.session.agentId, scrapeId, cancelled: true });
  }

  responseOf(scrapeId: number): ScrapeResponseMessage | undefined {
    return this.responses.find((response) => response.scrapeId === scrapeId);
  }

  bodyOf(scrapeId: number): ReceivedBody | undefined {
    return this.bodies.find(scrapeId);
  }

  /** End the request stream of the current session in good order. */
  endSession(): void {
    this.session.requests?.end();
  }

  /** End every write stream with an error. */
  failWriteStreams(): void {
    this.#writeStreams.failAll();
  }

  readBodyStreams(): void {
    this.script = { ...this.script, isSlowReader: false };
    this.bodyStreams.readAll();
  }

  /** Drop every connection at once, as a proxy that is killed. */
  kill(): void {
    this.#server.forceShutdown();
  }

  async #listen(host: string, port: number): Promise<void> {
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    this.#port = await new Promise((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
  }

  #handlers(): UntypedServiceImplementation {
    return {
      connectAgent: (call: Unary<unknown>, answer: sendUnaryData<unknown>) => this.#connect(call, answer),
      connectAgentWithTransportFilterDisabled: (
        call: Unary<unknown>,
        answer: sendUnaryData<unknown>,
      ): void => {
        this.#note('connectAgentWithTransportFilterDisabled', call.metadata);
        answer(null, { agentId: this.#newSession().agentId });
      },
      registerAgent: (call: Unary<RegisterAgentRequestMessage>, answer: sendUnaryData<unknown>) =>
        this.#registerAgent(call, answer),
      registerPath: (call: Unary<RegisterPathRequestMessage>, answer: sendUnaryData<unknown>) =>
        this.#registerPath(call, answer),
      unregisterPath: (call: Unary<UnregisterPathRequestMessage>, answer: sendUnaryData<unknown>): void => {
        this.#note(`unregisterPath ${call.request.path}`, call.metadata);
        this.unregistrations.push(call.request);
        answer(null, { valid: true });
      },
      pathMapSize: (_call: Unary<unknown>, answer: sendUnaryData<unknown>) => answer(null, { pathCount: 0 }),
      sendHeartBeat: (call: Unary<HeartBeatRequestMessage>, answer: sendUnaryData<unknown>) =>
        this.#heartbeat(call, answer),
      readRequestsFromProxy: (call: ServerWritableStream<{ agentId: string }, ScrapeRequestInit>): void => {
        this.#note('readRequestsFromProxy', call.metadata);
        const session = this.sessions.find((one) => one.agentId === call.request.agentId);
        if (session !== undefined) {
          session.requests = call;
        }
        call.on('error', () => undefined);
      },
      writeResponsesToProxy: (
        call: ServerReadableStream<ScrapeResponseMessage, unknown>,
        answer: sendUnaryData<unknown>,
      ): void => {
        this.#note('writeResponsesToProxy', call.metadata);
        this.#writeStreams.receive(call, answer, this.sessions.at(-1), (message) => {
          if (message.scrapeId === 0 && this.#hasStreamHeartbeats) {
            this.#streamHeartbeat(message, answer);
          } else {
            this.responses.push(message);
          }
        });
        if (this.script.leavesAnswersUnread === true) {
          call.pause();
        }
      },
      writeChunkedResponsesToProxy: (
        call: ServerReadableStream<ChunkedScrapeResponseMessage, unknown>,
        answer: sendUnaryData<unknown>,
      ) => this.#receiveChunks(call, answer),
    };
  }

  #connect(call: Unary<unknown>, answer: sendUnaryData<unknown>): void {
    this.#note('connectAgent', call.metadata);
    if (this.script.silentOnConnect === true) {
      return;
    }
    const metadata = new Metadata();
    const session = this.#newSession();
    if (this.script.withoutAgentId !== true) {
      metadata.set(AGENT_ID_HEADER, session.agentId);
    }
    call.sendMetadata(metadata);
    answer(null, {});
  }

  #registerAgent(call: Unary<RegisterAgentRequestMessage>, answer: sendUnaryData<unknown>): void {
    this.#note('registerAgent', call.metadata);
    this.peers.add(call.getPeer());
    this.agents.push(call.request);
    const verdict = this.script.registerAgent?.() ?? { valid: true, reason: '' };
    const { agentId } = call.request;
    answer(null, { ...verdict, agentId, capabilities: this.script.capabilities ?? [] });
  }

  #registerPath(call: Unary<RegisterPathRequestMessage>, answer: sendUnaryData<unknown>): void {
    this.#note(`registerPath ${call.request.path}`, call.metadata);
    this.registrations.push(call.request);
    const attempt = this.registrations.filter((one) => one.path === call.request.path).length;
    const reason = this.script.refusePath?.(call.request, attempt);
    if (reason === undefined) {
      answer(null, { valid: true, pathCount: 1, pathId: 1, warnings: this.script.pathWarnings ?? [] });
    } else {
      answer(null, { valid: false, reason, pathCount: 1, pathId: -1 });
    }
  }

  #heartbeat(call: Unary<HeartBeatRequestMessage>, answer: sendUnaryData<unknown>): void {
    this.#note('sendHeartBeat', call.metadata);
    this.heartbeats.push(call.request);
    switch (this.script.heartbeat?.() ?? 'valid') {
      case 'valid':
        answer(null, { valid: true });
        break;
      case 'invalid':
        answer(null, { valid: false, reason: 'unknown agent' });
        break;
      case 'error':
        answer({ code: status.INTERNAL, details: 'heartbeats hurt' });
        break;
      case 'silence':
        break;
    }
  }

  get #hasStreamHeartbeats(): boolean {
    return this.script.capabilities?.includes('stream-heartbeats') === true;
  }

  #streamHeartbeat(heartbeat: ScrapeResponseMessage, answer: sendUnaryData<unknown>): void {
    this.streamHeartbeats.push(heartbeat);
    switch (this.script.heartbeat?.() ?? 'valid') {
      case 'valid':
        this.session.requests?.write({});
        break;
      case 'invalid':
        answer({ code: status.NOT_FOUND, details: 'unknown agent' });
        break;
      case 'error':
      case 'silence':
        break;
    }
  }

  #receiveChunks(
    call: ServerReadableStream<ChunkedScrapeResponseMessage, unknown>,
    answer: sendUnaryData<unknown>,
  ): void {
    this.#note('writeChunkedResponsesToProxy', call.metadata);
    const isBodyStream = call.metadata.get(BODY_STREAM_HEADER).length > 0;
    if (isBodyStream && this.script.refusesBodyStreams === true) {
      answer({ code: status.RESOURCE_EXHAUSTED, details: 'no more bodies' });
      return;
    }
    const ending = this.#writeStreams.receive(call, answer, this.sessions.at(-1), (message) => {
      this.chunks.push(message);
      this.bodies.take(message);
    });
    if (isBodyStream) {
      this.bodyStreams.add(call, ending);
    }
    if (isBodyStream && this.script.isSlowReader === true) {
      this.bodyStreams.hold(call);
    }
  }

  #newSession(): ScriptedSession {
    const session = new ScriptedSession(`agent-${this.sessions.length + 1}`);
    this.sessions.push(session);
    return session;
  }

  #note(call: string, metadata: Metadata): void {
    this.calls.push(call);
    this.tokens.add(String(metadata.get(AGENT_TOKEN_HEADER)[0] ?? ''));
  }
}
