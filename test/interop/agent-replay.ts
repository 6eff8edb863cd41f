import { AGENT_ID_HEADER, AGENT_TOKEN_HEADER } from '@app/protocol';
import { expect } from 'vitest';
import type { Stage } from '../support/stage.js';
import { Identities } from './identities.js';
import { type RawCall, RawConnection } from './raw-connection.js';
import type { RecordedLine } from './recording.js';
import { decode, encode, type Fields, getMethod, withoutDefaults } from './wire-codec.js';

/** What a replay needs from the test around it. */
export interface ReplayCues {
  /** Runs before the replay comes to a line: stop the proxy, start it again. */
  readonly beforeLine?: (line: RecordedLine) => Promise<void> | void;
  /** The proxy is about to ask the agent for this scrape, which somebody has to start. */
  readonly onScrapeExpected?: (request: Fields, line: RecordedLine) => void;
}

interface Connection {
  readonly raw: RawConnection;
  readonly identities: Identities;
}

interface ReplayedCall {
  readonly call: RawCall;
  readonly connection: Connection;
  messageCount: number;
  /** Initial metadata that is to have come with the next message or the end, at the latest. */
  metadataLine: RecordedLine | undefined;
}

/**
 * Plays the agents' side of a recording at a proxy, line by line: sends what they sent, with the ids that this
 * proxy gives, and checks that the proxy answers what was recorded, in the recorded order within each call.
 */
export class AgentReplay {
  readonly #connections = new Map<string, Connection>();
  readonly #calls = new Map<string, ReplayedCall>();
  /** The token that goes with a call that has not started yet. */
  readonly #tokens = new Map<string, Readonly<Record<string, string>>>();
  readonly #stage: Stage;
  readonly #port: number;
  readonly #cues: ReplayCues;

  constructor(stage: Stage, port: number, cues: ReplayCues = {}) {
    this.#stage = stage;
    this.#port = port;
    this.#cues = cues;
  }

  /** Play all lines, and check at the end that the proxy said nothing beyond them. */
  async play(lines: readonly RecordedLine[]): Promise<void> {
    for (const line of lines) {
      await this.#cues.beforeLine?.(line);
      await (line.from === 'agent' ? this.#act(line) : this.#check(line));
    }
    for (const [name, { call, messageCount }] of this.#calls) {
      expect(call.messages.slice(messageCount), `more than recorded on call ${name}`).toEqual([]);
    }
  }

  /** Cancel what is open and drop every connection. */
  hangUp(): void {
    for (const { raw } of this.#connections.values()) raw.close();
  }

  #act(line: RecordedLine): void {
    const isClientStream = getMethod(line.rpc).requestStream;
    switch (line.kind) {
      case 'metadata':
        this.#tokens.set(callName(line), pickToken(line));
        if (isClientStream) this.#start(line);
        break;
      case 'message':
        if (isClientStream) this.#find(line).call.write(this.#withOurIds(line));
        else this.#start(line);
        break;
      case 'end':
        this.#find(line).call.halfClose();
        break;
      default:
        this.#find(line).call.cancel();
    }
  }

  #start(line: RecordedLine): void {
    const connection = this.#connect(line);
    const headers = this.#tokens.get(callName(line));
    const call = connection.raw.start(line.rpc, this.#withOurIds(line), headers);
    this.#calls.set(callName(line), { call, connection, messageCount: 0, metadataLine: undefined });
  }

  async #check(line: RecordedLine): Promise<void> {
    const replayed = this.#find(line);
    if (line.kind === 'metadata') {
      replayed.metadataLine = line;
      return;
    }
    await (line.kind === 'message' ? this.#checkMessage(line) : this.#checkStatus(line));
  }

  async #checkStatus(line: RecordedLine): Promise<void> {
    const replayed = this.#find(line);
    const { code, details } = await replayed.call.status();
    this.#checkMetadata(replayed);
    const ours = code === 0 ? { code } : { code, details };
    expect(ours, title(line)).toEqual(
      line.code === 0 ? { code: 0 } : { code: line.code, details: line.details },
    );
  }

  /** Compare initial metadata that has come with what came after it. */
  #checkMetadata(replayed: ReplayedCall): void {
    const line = replayed.metadataLine;
    replayed.metadataLine = undefined;
    if (line !== undefined) {
      this.#checkAgentId(line, replayed.connection, replayed.call.seenMetadata?.[AGENT_ID_HEADER]);
    }
  }

  #checkAgentId(line: RecordedLine, { identities }: Connection, ours: unknown): void {
    const recorded = line.metadata?.[AGENT_ID_HEADER];
    if (line.rpc === 'connectAgent' && recorded !== undefined && typeof ours === 'string') {
      identities.learnAgent(recorded, ours);
    }
    const translated = typeof ours === 'string' ? identities.agentToRecorded(ours) : undefined;
    expect(translated, `${title(line)}: ${AGENT_ID_HEADER}`).toBe(recorded);
  }

  async #checkMessage(line: RecordedLine): Promise<void> {
    const replayed = this.#find(line);
    const { call, connection } = replayed;
    const recorded = decode(line.rpc, 'proxy', Buffer.from(line.hex ?? '', 'hex'));
    if (line.rpc === 'readRequestsFromProxy') this.#cues.onScrapeExpected?.(recorded, line);

    const ours = decode(line.rpc, 'proxy', await call.message(replayed.messageCount++));
    this.#checkMetadata(replayed);
    connection.identities.learnFrom(recorded, ours);
    if (line.rpc === 'connectAgentWithTransportFilterDisabled') {
      connection.identities.learnAgent(String(recorded['agentId']), String(ours['agentId']));
    }
    const translated = connection.identities.toRecorded(ours);
    expect(withoutDefaults(translated), title(line)).toEqual(withoutDefaults(recorded));
  }

  #withOurIds(line: RecordedLine): Buffer {
    const fields = decode(line.rpc, 'agent', Buffer.from(line.hex ?? '', 'hex'));
    return encode(line.rpc, 'agent', this.#connect(line).identities.toOurs(fields));
  }

  /** The connection of a line; an agent that dials again has let go of the one before. */
  #connect({ file, connection: number }: RecordedLine): Connection {
    const known = this.#connections.get(`${file} ${number}`);
    if (known !== undefined) return known;
    this.#connections.get(`${file} ${number - 1}`)?.raw.close();
    const connection = { raw: new RawConnection(this.#stage, this.#port), identities: new Identities() };
    this.#connections.set(`${file} ${number}`, connection);
    return connection;
  }

  #find(line: RecordedLine): ReplayedCall {
    const replayed = this.#calls.get(callName(line));
    if (replayed === undefined) throw new Error(`${title(line)}: the call was never started`);
    return replayed;
  }
}

const callName = (line: RecordedLine): string => `${line.file} ${line.call}`;

function pickToken(line: RecordedLine): Record<string, string> {
  const token = line.metadata?.[AGENT_TOKEN_HEADER];
  return token === undefined ? {} : { [AGENT_TOKEN_HEADER]: token };
}

const title = (line: RecordedLine): string =>
  `${line.file}, ${line.t} ms, call ${line.call} ${line.rpc}, ${line.kind} from ${line.from}`;
