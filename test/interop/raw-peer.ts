import { AGENT_ID_HEADER, AGENT_TOKEN_HEADER } from '@app/protocol';
import type { Stage } from '../support/stage.js';
import { type RawCall, RawConnection } from './raw-connection.js';
import { decode, encode, type Fields, getMethod } from './wire-codec.js';

/** How a call ended, and all that came of it. */
export interface Outcome {
  readonly code: number;
  readonly details: string;
  /** The response header `agent-id`; undefined when absent, or when there were no headers at all. */
  readonly agentIdHeader: string | undefined;
  /** The fields of the one answer; undefined when there was none. */
  readonly answer: Fields | undefined;
}

/** One connection of something that speaks the wire, message by message, as a test decides. */
export class RawPeer {
  readonly #connection: RawConnection;

  constructor(stage: Stage, port: number) {
    this.#connection = new RawConnection(stage, port);
  }

  /** Make a call that sends one message, or none and the end of its stream. */
  async call(rpc: string, fields: Fields = {}, token?: string): Promise<Outcome> {
    const headers: Record<string, string> = token === undefined ? {} : { [AGENT_TOKEN_HEADER]: token };
    const call = this.#connection.start(rpc, encode(rpc, 'agent', fields), headers);
    if (getMethod(rpc).requestStream) call.halfClose();
    return outcomeOf(rpc, call);
  }

  /** Connect as an agent does that reads its id from the response header. */
  async connect(): Promise<string> {
    const { agentIdHeader } = await this.call('connectAgent');
    if (agentIdHeader === undefined) throw new Error('connectAgent gave no id');
    return agentIdHeader;
  }

  /** Connect, and register under this name. */
  async register(name: string, fields: Fields = {}): Promise<string> {
    const agentId = await this.connect();
    await this.call('registerAgent', { agentId, agentName: name, launchId: name, hostName: name, ...fields });
    return agentId;
  }

  /** Open the stream of requests. */
  openRequests(agentId: string): RawCall {
    return this.#connection.start(
      'readRequestsFromProxy',
      encode('readRequestsFromProxy', 'agent', { agentId }),
    );
  }

  /** Open a stream of answers. */
  openWrite(rpc: 'writeResponsesToProxy' | 'writeChunkedResponsesToProxy'): RawCall {
    return this.#connection.start(rpc);
  }

  close(): void {
    this.#connection.close();
  }
}

/** Wait for the end of a call. */
export async function outcomeOf(rpc: string, call: RawCall): Promise<Outcome> {
  const { code, details } = await call.status();
  const header = call.seenMetadata?.[AGENT_ID_HEADER];
  const [bytes] = call.messages;
  return {
    code,
    details,
    agentIdHeader: typeof header === 'string' ? header : undefined,
    answer: bytes === undefined ? undefined : decode(rpc, 'proxy', bytes),
  };
}

/** The message of this number, from 0, on a stream of requests. */
export async function readRequest(call: RawCall, index: number): Promise<Fields> {
  return decode('readRequestsFromProxy', 'proxy', await call.message(index));
}

/** Send one answer in a single message. */
export function writeText(call: RawCall, request: Fields, text: string, fields: Fields = {}): void {
  const answer = {
    agentId: request['agentId'],
    scrapeId: request['scrapeId'],
    validResponse: true,
    statusCode: 200,
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    contentAsText: text,
    contentOneOf: 'contentAsText',
  };
  call.write(encode('writeResponsesToProxy', 'agent', { ...answer, ...fields }));
}
