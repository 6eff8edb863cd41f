import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import type { Stage } from '../support/stage.js';
import { ScriptedSession, waitFor } from './scripted-session.js';
import type { SessionScript } from './session-script.js';
import { getMethod, RPCS } from './wire-codec.js';

const asIs = (bytes: Buffer): Buffer => bytes;

/** The service with messages as bytes. */
const RAW_SERVICE: ServiceDefinition = Object.fromEntries(
  RPCS.map((rpc) => {
    const { path, requestStream, responseStream } = getMethod(rpc);
    const codec = {
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    return [rpc, { path, requestStream, responseStream, ...codec }];
  }),
);

/**
 * A proxy that says what a recorded one said, one scripted session for each time the agent dials.
 *
 * An agent that dials once more than recorded finds the last session again.
 */
export class ScriptedProxy {
  readonly sessions: ScriptedSession[];
  #current = 0;
  #server = new Server();
  #port = 0;

  private constructor(scripts: readonly SessionScript[]) {
    this.sessions = scripts.map((script) => new ScriptedSession(script));
  }

  static async start(stage: Stage, scripts: readonly SessionScript[]): Promise<ScriptedProxy> {
    const proxy = new ScriptedProxy(scripts);
    stage.atEnd(() => proxy.stop());
    await proxy.startAgain();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Cut every connection and close the port. */
  stop(): void {
    this.#server.forceShutdown();
  }

  /** Listen; after `stop` on the same port again. */
  async startAgain(): Promise<void> {
    this.#server = new Server();
    this.#server.addService(RAW_SERVICE, Object.fromEntries(RPCS.map((rpc) => [rpc, this.#handle(rpc)])));
    const address = `127.0.0.1:${this.#port}`;
    this.#port = await new Promise((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  /** The session of this number, from 0, once the agent has come to it. */
  async session(index: number, withinMs?: number): Promise<ScriptedSession> {
    const session = this.sessions[index];
    await waitFor(
      () => (session?.messages.length ?? 0) > 0,
      `the agent did not dial ${index + 1} times`,
      withinMs,
    );
    return session as ScriptedSession;
  }

  #handle(rpc: string): UntypedHandleCall {
    const { requestStream, responseStream } = getMethod(rpc);
    if (responseStream) {
      return (call: ServerWritableStream<Buffer, Buffer>) => this.#session(rpc).openRequests(call);
    }
    if (requestStream) {
      return (call: ServerReadableStream<Buffer, Buffer>, done: sendUnaryData<Buffer>) =>
        this.#session(rpc).openWrite(rpc, call, done);
    }
    return (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) =>
      this.#session(rpc).answerUnary(rpc, call, done);
  }

  #session(rpc: string): ScriptedSession {
    const current = this.sessions[this.#current] as ScriptedSession;
    const next = this.sessions[this.#current + 1];
    if (!rpc.startsWith('connectAgent') || current.hasAnswerFor(rpc) || next === undefined) return current;
    this.#current += 1;
    return next;
  }
}
