import type { ProxyProcess } from '../support/proxy-process.js';
import type { Difference } from './difference.js';
import type { RecordedLine } from './recording.js';
import { decode, encode } from './wire-codec.js';

/** A failure on the scrape port that is not what the existing proxy answered, on purpose. */
export interface ScrapeDifference {
  readonly path: string;
  readonly because: string;
  readonly status: number;
  readonly reason: string;
}

/** One recording to be repeated at our proxy. */
export interface ProxyScenario {
  readonly name: string;
  readonly files: readonly string[];
  /** By how much the clock of each further recording was started later: what one caused, the other felt. */
  readonly lagMs?: number;
  /** Under which name its scrapes were noted; its own by default. */
  readonly scrapes?: string;
  /** How many scrapes there were before the first that was noted. */
  readonly warmUps?: number;
  /** The ScrapeRequests that belong to the same scrape as the one before. */
  readonly isShared?: (line: RecordedLine) => boolean;
  /** What stands under `proxy` in the config file. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly differences?: readonly Difference[];
  readonly scrapeDifferences?: readonly ScrapeDifference[];
  /** Sessions that are still there when every connection is gone: unbound ones live for a while. */
  readonly agentsLeft?: number;
  /** What happens to the proxy, and before which line. */
  readonly direct?: (proxy: ProxyProcess) => (line: RecordedLine) => Promise<void> | void;
}

const READABLE_REASON = 'a failure says why, in a status that tells whose it is';

/** Towards an agent that has its id these headers say nothing; grpc-js sends an end without messages as trailers alone. */
const BARE_END: Difference = {
  because: 'a stream of requests that ends before the first has no initial metadata',
  at: (line, lines) =>
    line.rpc === 'readRequestsFromProxy' &&
    line.from === 'proxy' &&
    line.kind === 'metadata' &&
    !lines.some(
      (other) => other.call === line.call && other.file === line.file && isMessage(other, line.rpc),
    ),
  instead: () => [],
};

/** The identity of the recorded agents that have a token. */
const TEAM_A = { name: 'team-a', token: 'secret-a', paths: ['a_*'] };

export const PROXY_SCENARIOS: readonly ProxyScenario[] = [
  {
    name: 'scrapes',
    files: ['scrapes'],
    warmUps: 1,
    differences: [
      {
        because: 'the query string travels as the scraper wrote it',
        at: (line) =>
          isMessage(line, 'readRequestsFromProxy') && readField(line, 'encodedQueryParams') !== '',
        instead: (line) => [withField(line, 'encodedQueryParams', 'collect[]=cpu&a=b%20c%26d')],
      },
    ],
    scrapeDifferences: [
      { path: 'notfound', because: READABLE_REASON, status: 404, reason: 'path_not_found' },
      { path: 'err', because: READABLE_REASON, status: 500, reason: 'upstream_error' },
      { path: 'refused', because: READABLE_REASON, status: 502, reason: 'target_unreachable' },
      { path: 'hang', because: READABLE_REASON, status: 504, reason: 'upstream_timed_out' },
      { path: 'nosuchpath', because: READABLE_REASON, status: 404, reason: 'invalid_path' },
    ],
  },
  {
    name: 'transport-filter-disabled',
    files: ['transport-filter-disabled'],
    warmUps: 2,
    config: { transportFilterDisabled: true },
  },
  {
    name: 'proxy-restart',
    files: ['proxy-restart'],
    warmUps: 1,
    direct: restartsBetweenConnections,
  },
  {
    name: 'evicted',
    files: ['evicted'],
    config: { internal: { maxAgentInactivitySecs: 1, staleAgentCheckPauseSecs: 1 } },
    differences: [BARE_END],
  },
  {
    name: 'mode-mismatch',
    files: ['mode-mismatch'],
    config: { transportFilterDisabled: true },
    agentsLeft: 3,
    differences: [
      {
        because: 'both ways to connect are served in both modes',
        at: (line) => line.kind === 'status' && line.code === 9,
        instead: (line) => [
          { ...line, kind: 'metadata', metadata: { 'agent-id': String(line.call) } },
          { ...line, kind: 'message', hex: '' },
          { ...line, code: 0, details: undefined },
        ],
      },
    ],
  },
  {
    name: 'token-right',
    files: ['token-right'],
    scrapes: 'token',
    warmUps: 1,
    config: { auth: [TEAM_A] },
  },
  { name: 'token-wrong', files: ['token-wrong'], config: { auth: [TEAM_A] } },
  { name: 'path-refused', files: ['path-refused'], config: { auth: [TEAM_A] } },
  {
    name: 'consolidated',
    files: ['consolidated-1', 'consolidated-2'],
    lagMs: 210,
    warmUps: 1,
    config: { consolidatedMode: 'merge' },
    isShared: (line) => line.file === 'consolidated-2' && readField(line, 'scrapeId') === 2,
  },
  {
    name: 'displacement',
    files: ['displacement-1', 'displacement-2'],
    lagMs: 197,
    warmUps: 1,
    config: { pathConflict: 'takeover' },
    differences: [BARE_END],
  },
  { name: 'kinds-mixed', files: ['kinds-mixed-1', 'kinds-mixed-2'], lagMs: 200, warmUps: 1 },
  {
    name: 'discovery-file',
    files: ['discovery-file'],
    scrapeDifferences: [{ path: 'one', because: READABLE_REASON, status: 404, reason: 'invalid_path' }],
  },
];

/** The proxy stops where the recorded one did, and is there again before the agent dials the next time. */
function restartsBetweenConnections(proxy: ProxyProcess): (line: RecordedLine) => Promise<void> {
  let stopping: Promise<number> | undefined;
  return async (line) => {
    if (line.rpc === 'readRequestsFromProxy' && line.kind === 'status') {
      stopping = proxy.stop();
      stopping.catch(() => undefined);
    } else if (line.connection > 1 && stopping !== undefined) {
      await stopping;
      stopping = undefined;
      await proxy.startAgain();
    }
  };
}

function isMessage(line: RecordedLine, rpc: string): boolean {
  return line.rpc === rpc && line.from === 'proxy' && line.kind === 'message';
}

function readField(line: RecordedLine, name: string): unknown {
  return decode(line.rpc, line.from, Buffer.from(line.hex ?? '', 'hex'))[name];
}

function withField(line: RecordedLine, name: string, value: unknown): RecordedLine {
  const fields = decode(line.rpc, line.from, Buffer.from(line.hex ?? '', 'hex'));
  return { ...line, hex: encode(line.rpc, line.from, { ...fields, [name]: value }).toString('hex') };
}
