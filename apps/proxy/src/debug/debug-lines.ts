import { maskUrl, maskUrlsWithin, textTable } from '@app/operations';
import type { RecentScrape } from '../activity/recent-scrape.js';
import type { StreamSession } from '../agents/stream-session.js';
import type { PathEntry } from '../paths/path-entry.js';

/** Rows of one table; what is over is counted. */
const MAX_ROWS = 10_000;

/** The agents that are connected, by name. */
export function agentLines(sessions: readonly StreamSession[]): string[] {
  if (sessions.length === 0) {
    return ['No agents connected.'];
  }
  const rows = sessions
    .toSorted((one, other) => compare(one.agent.name, other.agent.name))
    .map((session) => [
      session.agent.name,
      session.agent.hostName,
      session.identity ?? '-',
      session.origin.peer,
      new Date(session.openedAt).toISOString(),
      stateOf(session),
      String(session.inFlight),
      String(session.queued),
    ]);
  return titled(
    'Agents:',
    ['Name', 'Host', 'Identity', 'Peer', 'Since', 'State', 'In flight', 'Queued'],
    rows,
  );
}

/** The paths that are served, and by whom. */
export function pathLines(entries: readonly PathEntry[]): string[] {
  if (entries.length === 0) {
    return ['No paths registered.'];
  }
  const rows = entries
    .toSorted((one, other) => compare(one.path, other.path))
    .map(({ path, registrations, standbys }) => [
      `/${path}`,
      String(registrations.length),
      registrations.map(({ session }) => session.agent.name).join(', '),
      standbys.map(({ session }) => session.agent.name).join(', ') || '-',
      maskUrl(registrations[0]?.targetUrl ?? ''),
    ]);
  return titled('Proxy Path Map:', ['Path', 'Agents', 'Names', 'Waiting', 'Target'], rows);
}

/** What became of the last scrapes, the newest first. */
export function scrapeLines(scrapes: readonly RecentScrape[]): string[] {
  return [`${scrapes.length} most recent requests:`, ...scrapes.map(scrapeLine)];
}

function scrapeLine({ path, agentName, atMs, outcome, status, words, durationMs }: RecentScrape): string {
  const why = words === '' ? '' : ` reason: [${maskUrlsWithin(words)}]`;
  const agent = agentName === undefined ? '' : ` agent: ${agentName}`;
  const clock = new Date(atMs).toISOString().slice(11, 23);
  return oneLine(
    `${clock}: /${path} - ${outcome} - ${status}${why} time: ${Math.round(durationMs)}ms${agent}`,
  );
}

function titled(title: string, head: string[], rows: string[][]): string[] {
  const shown = rows.slice(0, MAX_ROWS).map((row) => row.map(oneLine));
  const rest = rows.length - shown.length;
  return [title, ...textTable([head, ...shown]), ...(rest > 0 ? [`and ${rest} more`] : [])];
}

/** What agents say must not look like lines of ours. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}

function stateOf({ isUnregistered, isDraining, isAvailable }: StreamSession): string {
  if (isDraining) {
    return 'leaving';
  }
  return isUnregistered ? 'registering' : isAvailable ? 'serving' : 'not serving';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
