import {
  Metadata,
  type sendUnaryData,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { vi } from 'vitest';
import { type Answer, AnswerReader } from './answer.js';
import type { SessionScript, UnaryAnswer, UnaryMessage } from './session-script.js';
import { decode, encode, type Fields } from './wire-codec.js';

/** About what existing proxies take to complete a stream that the agent half-closed. */
const ANSWER_AFTER_MS = 10;

/** A call as the proxy's side sees it, with its messages as bytes. */
export interface WriteCall {
  readonly rpc: string;
  /**
   * `half-closed`: the agent said that no more messages come, and waited for the answer. `cancelled`: it did
   * not wait, or its connection broke.
   */
  state: 'open' | 'half-closed' | 'cancelled';
}

/** The proxy's side of one session with an agent, kept as a script says. */
export class ScriptedSession {
  readonly script: SessionScript;
  /** The messages that came in calls of their own, in order. */
  readonly messages: UnaryMessage[] = [];
  /** Request metadata of every call. */
  readonly headers: Readonly<Record<string, unknown>>[] = [];
  /** The client's side of each HTTP/2 connection that calls came over. */
  readonly peers = new Set<string>();
  readonly writes: WriteCall[] = [];
  readonly answers: Answer[] = [];
  /** What an agent did wrong on a write stream. */
  readonly faults: string[] = [];
  readonly #unaryCounts = new Map<string, number>();
  readonly #reader = new AnswerReader();
  #reading: Promise<void> = Promise.resolve();
  #requests: ServerWritableStream<Buffer, Buffer> | undefined;

  constructor(script: SessionScript) {
    this.script = script;
  }

  /** Whether the script has an answer left for this RPC that no call has had. */
  hasAnswerFor(rpc: string): boolean {
    return (this.#unaryCounts.get(rpc) ?? 0) < (this.script.unaryAnswers.get(rpc)?.length ?? 0);
  }

  answerUnary(rpc: string, call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>): void {
    this.#note(call);
    const fields = decode(rpc, 'agent', call.request);
    this.messages.push({ rpc, fields });
    const answer = rpc === 'registerPath' ? this.#answerForPath(fields) : this.#nextAnswer(rpc);
    if (answer === undefined) {
      this.faults.push(`${rpc} was not called in the recording`);
      done({ code: 12, details: 'not in the script' });
      return;
    }
    if (answer.code !== 0) {
      done({ code: answer.code, details: answer.details });
      return;
    }
    call.sendMetadata(this.#boundMetadata());
    done(null, answer.bytes);
  }

  openRequests(call: ServerWritableStream<Buffer, Buffer>): void {
    this.#note(call);
    call.on('error', () => {});
    this.#requests = call;
  }

  openWrite(rpc: string, call: ServerReadableStream<Buffer, Buffer>, done: sendUnaryData<Buffer>): void {
    this.#note(call);
    const write: WriteCall = { rpc, state: 'open' };
    this.writes.push(write);
    call.on('data', (bytes: Buffer) => this.#take(rpc, bytes));
    call.on('error', () => {});
    // A broken connection looks like a half-close at first.
    let answering: NodeJS.Timeout | undefined;
    call.on('end', () => {
      answering = setTimeout(() => {
        write.state = 'half-closed';
        call.sendMetadata(this.#boundMetadata());
        done(null, Buffer.alloc(0));
      }, ANSWER_AFTER_MS);
    });
    call.on('cancelled', () => {
      clearTimeout(answering);
      if (write.state === 'open') write.state = 'cancelled';
    });
  }

  /** Wait until the agent has all three streams open. */
  waitForStreams(): Promise<void> {
    return waitFor(
      () => this.#requests !== undefined && this.writes.length === 2,
      'the streams were not opened',
    );
  }

  /** Send a ScrapeRequest and wait for the whole answer to it. */
  async scrape(request: Buffer): Promise<Answer> {
    const { scrapeId } = decode('readRequestsFromProxy', 'proxy', request);
    this.#requests?.write(request);
    const find = (): Answer | undefined => this.answers.find((answer) => answer.scrapeId === scrapeId);
    await waitFor(
      () => find() !== undefined,
      `scrape ${String(scrapeId)} was not answered: ${this.faults.join()}`,
    );
    return find() as Answer;
  }

  /** End the stream of requests with OK, as a proxy does that drops the agent or stops. */
  endRequests(): void {
    this.#requests?.sendMetadata(this.#boundMetadata());
    this.#requests?.end();
  }

  #nextAnswer(rpc: string): UnaryAnswer | undefined {
    const count = this.#unaryCounts.get(rpc) ?? 0;
    this.#unaryCounts.set(rpc, count + 1);
    const answers = this.script.unaryAnswers.get(rpc) ?? (rpc === 'sendHeartBeat' ? [accept(rpc)] : []);
    return answers[Math.min(count, answers.length - 1)];
  }

  /** What was recorded for this path, whenever it is offered; a path that was not is taken. */
  #answerForPath({ path }: Fields): UnaryAnswer | undefined {
    const recorded = this.script.messages.filter(({ rpc }) => rpc === 'registerPath');
    const index = recorded.findIndex(({ fields }) => fields['path'] === path);
    if (index >= 0) return this.script.unaryAnswers.get('registerPath')?.[index];
    return accept('registerPath', { pathCount: 100, pathId: 100 });
  }

  #note(call: { metadata: Metadata; getPeer(): string }): void {
    this.headers.push(call.metadata.getMap());
    this.peers.add(call.getPeer());
  }

  /** Messages are read one after another, in the order in which they came. */
  #take(rpc: string, bytes: Buffer): void {
    this.#reading = this.#reading
      .then(() => this.#reader.take(rpc, bytes))
      .then((answer) => answer !== undefined && this.answers.push(answer))
      .then(() => undefined)
      .catch((error: unknown) => void this.faults.push(String(error)));
  }

  #boundMetadata(): Metadata {
    const [connected] = [...this.script.unaryAnswers.values()].flat();
    const agentId = connected?.headers['agent-id'];
    return Metadata.fromHttp2Headers(agentId === undefined ? {} : { 'agent-id': agentId });
  }
}

/** What an existing proxy answers to what the recorded agent did not get round to. */
function accept(rpc: string, fields: Fields = {}): UnaryAnswer {
  return { headers: {}, bytes: encode(rpc, 'proxy', { valid: true, ...fields }), code: 0, details: '' };
}

/** Wait for a condition, and say what was missing when it does not come. */
export function waitFor(condition: () => boolean, what: string, withinMs = 10_000): Promise<void> {
  return vi.waitFor(
    () => {
      if (!condition()) throw new Error(what);
    },
    { timeout: withinMs, interval: 5 },
  );
}
