import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Side } from './wire-codec.js';

/** One thing that happened on the wire (test/fixtures/wire/README.md). */
export interface RecordedLine {
  /** Which recording it is from: `scrapes`, `displacement-1`. */
  readonly file: string;
  /** Milliseconds since the start. */
  readonly t: number;
  readonly connection: number;
  readonly call: number;
  readonly rpc: string;
  readonly from: Side;
  readonly kind: 'metadata' | 'message' | 'end' | 'cancelled' | 'status';
  readonly metadata?: Readonly<Record<string, string>>;
  /** The message as bytes, in hex. */
  readonly hex?: string;
  readonly code?: number;
  readonly details?: string;
}

/** One scrape as the scraper of the recording saw it. */
export interface RecordedScrape {
  readonly scenario: string;
  readonly request: { readonly path: string; readonly headers: Readonly<Record<string, string>> };
  readonly response: {
    /** Absent where the existing proxy dropped the connection. */
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Of the body, in bytes as received. */
    readonly length?: number;
  };
}

/** One request as the target of the recording saw it. */
export interface RecordedTargetRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Statuses of this code were made by the recording relay while no proxy was there. */
const MADE_BY_RELAY = 14;

/**
 * What proxy and agents said to each other, in order of time, with several agents in one list.
 *
 * Without what the recording relay said itself, and without the calls that nobody but the relay answered.
 *
 * @param lagMs - by how much each recording began later than the one before it
 */
export function readRecording(files: readonly string[], lagMs = 0): RecordedLine[] {
  const lines = files.flatMap((file, index) =>
    readLines(file)
      .filter((line) => !isRelayed(line))
      .map((line) => ({ ...line, t: line.t + index * lagMs })),
  );
  return lines.sort((a, b) => a.t - b.t);
}

/** The scrapes of one scenario, in order. */
export function readScrapes(scenario: string): RecordedScrape[] {
  const all = JSON.parse(readFixture('http.json')) as RecordedScrape[];
  return all.filter((scrape) => scrape.scenario === scenario);
}

/** What the target received in one scenario, in order. */
export function readTargetRequests(scenario: string): RecordedTargetRequest[] {
  return JSON.parse(readFixture(`${scenario}.target.json`)) as RecordedTargetRequest[];
}

function readLines(file: string): (RecordedLine & { isRelayedCall: boolean })[] {
  const lines = readFixture(`${file}.jsonl`)
    .trimEnd()
    .split('\n')
    .map((text) => ({ ...(JSON.parse(text) as RecordedLine), file }));
  const unanswered = new Set(lines.filter(isMadeByRelay).map((line) => line.call));
  for (const line of lines) {
    if (line.from === 'proxy' && !isMadeByRelay(line)) unanswered.delete(line.call);
  }
  return lines.map((line) => ({ ...line, isRelayedCall: unanswered.has(line.call) }));
}

function isRelayed(line: RecordedLine & { isRelayedCall: boolean }): boolean {
  return isMadeByRelay(line) || (line.isRelayedCall && line.rpc.startsWith('connect'));
}

function isMadeByRelay(line: RecordedLine): boolean {
  return line.kind === 'status' && line.code === MADE_BY_RELAY;
}

function readFixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../fixtures/wire/${name}`, import.meta.url)), 'utf8');
}
