import { AnswerReader, type Answer } from './answer.js';
import type { RecordedLine } from './recording.js';
import { decode, type Fields } from './wire-codec.js';

/** How the recorded proxy answered one call with one answer. */
export interface UnaryAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly code: number;
  readonly details: string;
}

/** A message that an agent sent in a call of its own. */
export interface UnaryMessage {
  readonly rpc: string;
  readonly fields: Fields;
}

/** One recorded session: what a proxy says in it, and what the recorded agent said. */
export interface SessionScript {
  readonly agentId: string;
  /** Answers by RPC, in order; the last one holds for all calls after it. */
  readonly unaryAnswers: ReadonlyMap<string, readonly UnaryAnswer[]>;
  /** The ScrapeRequests, in order, as bytes. */
  readonly scrapeRequests: readonly Buffer[];
  /** Who ended it: the proxy its stream of requests, the agent by leaving, or nobody before the recording did. */
  readonly ending: 'by the proxy' | 'by the agent' | 'open';
  readonly opensStreams: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly messages: readonly UnaryMessage[];
  /** By the number of the scrape. */
  readonly answers: ReadonlyMap<number, Answer>;
}

/** The sessions of one recorded agent, in order, one for each time it dialled. */
export async function readSessions(lines: readonly RecordedLine[]): Promise<SessionScript[]> {
  const connections = [...new Set(lines.map((line) => line.connection))];
  return Promise.all(
    connections.map((connection) => readSession(lines.filter((line) => line.connection === connection))),
  );
}

async function readSession(lines: readonly RecordedLine[]): Promise<SessionScript> {
  const isAt = (rpc: string, from: string, kind: string) => (line: RecordedLine) =>
    line.rpc === rpc && line.from === from && line.kind === kind;
  const isEndedByProxy = lines.some(isAt('readRequestsFromProxy', 'proxy', 'status'));
  const isEndedByAgent = lines.some(isAt('readRequestsFromProxy', 'agent', 'cancelled'));
  return {
    agentId: readAgentId(lines),
    unaryAnswers: readUnaryAnswers(lines),
    scrapeRequests: lines.filter(isAt('readRequestsFromProxy', 'proxy', 'message')).map(bytesOf),
    ending: isEndedByProxy ? 'by the proxy' : isEndedByAgent ? 'by the agent' : 'open',
    opensStreams: lines.some((line) => line.rpc === 'readRequestsFromProxy'),
    headers: lines.find((line) => line.from === 'agent' && line.kind === 'metadata')?.metadata ?? {},
    messages: lines.filter(isUnaryMessage).map(({ rpc, hex }) => ({ rpc, fields: decodeHex(rpc, hex) })),
    answers: await readAnswers(lines),
  };
}

function readUnaryAnswers(lines: readonly RecordedLine[]): Map<string, UnaryAnswer[]> {
  const answers = new Map<string, UnaryAnswer[]>();
  for (const status of lines.filter((line) => line.kind === 'status' && isUnary(line.rpc))) {
    const ofCall = lines.filter((line) => line.call === status.call && line.from === 'proxy');
    const message = ofCall.find((line) => line.kind === 'message');
    const answer = {
      headers: ofCall.find((line) => line.kind === 'metadata')?.metadata ?? {},
      bytes: message === undefined ? Buffer.alloc(0) : bytesOf(message),
      code: status.code ?? 0,
      details: status.details ?? '',
    };
    answers.set(status.rpc, [...(answers.get(status.rpc) ?? []), answer]);
  }
  return answers;
}

/** What the agent of one recorded connection answered, by the number of the scrape. */
export async function readAnswers(lines: readonly RecordedLine[]): Promise<Map<number, Answer>> {
  const reader = new AnswerReader();
  const answers = new Map<number, Answer>();
  for (const line of lines.filter(
    (candidate) => candidate.rpc.startsWith('write') && isAgentMessage(candidate),
  )) {
    const answer = await reader.take(line.rpc, bytesOf(line));
    if (answer !== undefined) answers.set(answer.scrapeId, answer);
  }
  return answers;
}

function readAgentId(lines: readonly RecordedLine[]): string {
  const registration = lines.find((line) => line.rpc === 'registerAgent' && isAgentMessage(line));
  return registration === undefined ? '' : String(decodeHex('registerAgent', registration.hex)['agentId']);
}

const isUnary = (rpc: string): boolean => !rpc.startsWith('write') && !rpc.startsWith('read');
const isAgentMessage = (line: RecordedLine): boolean => line.from === 'agent' && line.kind === 'message';
const isUnaryMessage = (line: RecordedLine): boolean => isUnary(line.rpc) && isAgentMessage(line);
const bytesOf = (line: RecordedLine): Buffer => Buffer.from(line.hex ?? '', 'hex');
const decodeHex = (rpc: string, hex = ''): Fields => decode(rpc, 'agent', Buffer.from(hex, 'hex'));
