import { parseArgs } from 'node:util';
import type { RoadPlan } from './road.ts';

/** How long and how often is measured. */
export interface Effort {
  readonly name: 'quick' | 'full';
  readonly rounds: number;
  readonly secsPerRun: number;
  /** Scrapes before anything is measured: until then much of the tail is code being compiled. */
  readonly warmUpScrapes: number;
}

export interface Settings {
  readonly cases: readonly string[];
  readonly effort: Effort;
  /** What to measure beside this package. */
  readonly peer: RoadPlan | undefined;
}

const QUICK: Effort = { name: 'quick', rounds: 3, secsPerRun: 2, warmUpScrapes: 10_000 };
const FULL: Effort = { name: 'full', rounds: 7, secsPerRun: 8, warmUpScrapes: 30_000 };

export const USAGE = `npm run bench -- [case …] [--quick | --full] [--peer-name <name>] [--peer-proxy <command>]
  [--peer-client <command>] [--peer-asks url|path]

Cases: see below; without one, or with "all", every case runs, and docs/performance.md is written anew.
A peer is started by two commands, which may also be given as BENCH_PEER_PROXY and BENCH_PEER_CLIENT. In them
{httpPort} is where it is scraped, {linkPort} where its far half dials, {proxyConfig} and {agentConfig} are config
files that prometheus-proxy reads. --peer-asks url: it is asked as an HTTP proxy, for the target's URL (PushProx).
`;

/** @throws {Error} with what is wrong and what is allowed */
export function parseSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  caseNames: readonly string[],
): Settings {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      'peer-name': { type: 'string', default: env['BENCH_PEER_NAME'] ?? 'PushProx' },
      'peer-proxy': { type: 'string', default: env['BENCH_PEER_PROXY'] ?? '' },
      'peer-client': { type: 'string', default: env['BENCH_PEER_CLIENT'] ?? '' },
      'peer-asks': { type: 'string', default: env['BENCH_PEER_ASKS'] ?? 'url' },
    },
  });
  if (values.quick && values.full) throw new Error('--quick and --full exclude each other');
  const unknown = positionals.filter((name) => name !== 'all' && !caseNames.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no case "${unknown.join('", "')}"; there are: all, ${caseNames.join(', ')}`);
  }
  const isAll = positionals.length === 0 || positionals.includes('all');
  return {
    cases: isAll ? caseNames : positionals,
    effort: values.full ? FULL : QUICK,
    peer: peerPlan(values['peer-name'], values['peer-proxy'], values['peer-client'], values['peer-asks']),
  };
}

function peerPlan(name: string, proxy: string, client: string, asks: string): RoadPlan | undefined {
  if (proxy === '' && client === '') return undefined;
  if (proxy === '' || client === '') throw new Error('--peer-proxy and --peer-client belong together');
  if (asks !== 'url' && asks !== 'path') throw new Error(`--peer-asks is "${asks}"; allowed: url, path`);
  return { name, proxy: words(proxy), agent: words(client), asks };
}

function words(command: string): string[] {
  return command.split(/\s+/).filter((word) => word !== '');
}
