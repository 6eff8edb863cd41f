import type { status } from '@grpc/grpc-js';
import type {
  ChunkedScrapeResponseInit,
  HeartBeatRequestInit,
  HeartBeatResponseMessage,
  RegisterAgentRequestInit,
  RegisterAgentResponseMessage,
  RegisterPathRequestInit,
  RegisterPathResponseMessage,
  ScrapeRequestMessage,
  ScrapeResponseInit,
  UnregisterPathRequestInit,
  UnregisterPathResponseMessage,
} from '@app/protocol';
import type { OutgoingBody } from './outgoing-body.js';

/** What a call to the proxy came to: its answer, or why there is none. */
export type CallOutcome<T> = { ok: true; value: T } | { ok: false; problem: CallProblem };

/** Why a call failed. */
export interface CallProblem {
  code: status;
  /** For people; holds no token. */
  words: string;
}

/** How a stream ended: without a problem when the proxy ended it in good order. */
export type StreamEnd = CallProblem | undefined;

/** One stream of messages to the proxy. */
export interface WriteStream<T> {
  /** Settles once, never rejects. */
  readonly ended: Promise<StreamEnd>;
  /**
   * Hand over a message. Settles when the link has taken it, with true, or when the stream ends before, with
   * false: awaiting it is the back-pressure.
   */
  write(message: T): Promise<boolean>;
  /** Say that nothing more will come; the proxy then ends the stream. */
  halfClose(): void;
  cancel(): void;
}

/** A ScrapeResponse whose `content_as_zipped`, where it has one, is still in the pieces it came in. */
export interface OutgoingResponse extends ScrapeResponseInit {
  zippedBody?: OutgoingBody;
}

/** The stream of requests from the proxy. */
export interface ReadStream {
  /** Settles once, never rejects. */
  readonly ended: Promise<StreamEnd>;
  /** Hand over no request until {@link resume}: the flow control of the link holds the proxy back. */
  pause(): void;
  resume(): void;
}

/** When something last went to the proxy and came from it, on the monotonic clock, in milliseconds. */
export interface LinkActivity {
  readonly sentAtMs: number;
  readonly heardAtMs: number;
}

/**
 * One connection to one proxy: what an agent can say on it. Nothing here throws or rejects; calls that are
 * under way when it is closed end with a problem.
 */
export interface ProxyClient {
  readonly activity: LinkActivity;
  /** Ask for a session; its id. */
  connectAgent(): Promise<CallOutcome<string>>;
  registerAgent(request: RegisterAgentRequestInit): Promise<CallOutcome<RegisterAgentResponseMessage>>;
  registerPath(request: RegisterPathRequestInit): Promise<CallOutcome<RegisterPathResponseMessage>>;
  unregisterPath(request: UnregisterPathRequestInit): Promise<CallOutcome<UnregisterPathResponseMessage>>;
  sendHeartBeat(request: HeartBeatRequestInit): Promise<CallOutcome<HeartBeatResponseMessage>>;
  readRequests(agentId: string, onRequest: (request: ScrapeRequestMessage) => void): ReadStream;
  writeResponses(): WriteStream<OutgoingResponse>;
  /** @param isBodyStream - marks a stream that carries one large body alone */
  writeChunks(isBodyStream: boolean): WriteStream<ChunkedScrapeResponseInit>;
  /** Cancel every call and drop the connection. May be called twice. */
  close(): void;
}
