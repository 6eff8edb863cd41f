import { html, type SafeHtml } from '@remix-run/html-template';
import { maskUrl } from '@app/operations';
import type { PathActivity } from '../../activity/path-activity.js';
import type { RecentScrape } from '../../activity/recent-scrape.js';
import type { PathEntry } from '../../paths/path-entry.js';
import { formatBytes, formatMillis, moment, plural, when } from '../formats.js';
import { reasonPill } from '../reason-pill.js';
import type { RowContent } from '../row.js';
import type { RowSource } from '../row-cache.js';
import { sparkline } from '../sparkline.js';

/** A path that nobody has scraped for so long is marked, in milliseconds. */
const QUIET_AFTER_MS = 300_000;

/** How a path is. */
export type PathState = 'failing' | 'unserved' | 'quiet' | 'waiting' | 'ok';

/** What wants to be looked at first. */
const URGENCY: Record<PathState, number> = { failing: 0, unserved: 1, quiet: 2, waiting: 3, ok: 4 };

/** A path of the table with how it is. */
export interface PathSource extends RowSource {
  readonly state: PathState;
}

/** The rows of the paths that are served: what fails first, then by name. */
export function pathSources(
  entries: Iterable<PathEntry>,
  find: (path: string) => PathActivity | undefined,
  nowMs: number,
  links: string,
): PathSource[] {
  const sources = Array.from(entries, (entry) => pathSource(entry, find(entry.path), nowMs, links));
  return sources.sort(
    (one, other) => URGENCY[one.state] - URGENCY[other.state] || (one.key < other.key ? -1 : 1),
  );
}

function pathSource(
  entry: PathEntry,
  activity: PathActivity | undefined,
  nowMs: number,
  links: string,
): PathSource {
  const { path, registrations, standbys } = entry;
  const state = stateOf(entry, activity?.last, nowMs);
  return {
    key: path,
    state,
    values: [registrations, standbys, state, activity?.scrapes],
    content: () => pathContent({ path, registrations, standbys }, activity, state, links),
  };
}

function stateOf({ registrations }: PathEntry, last: RecentScrape | undefined, nowMs: number): PathState {
  if (last !== undefined && last.outcome !== 'success') {
    return 'failing';
  }
  if (!registrations.some(({ session }) => session.isAvailable)) {
    return 'unserved';
  }
  if (last === undefined) {
    return 'waiting';
  }
  return nowMs - last.atMs > QUIET_AFTER_MS ? 'quiet' : 'ok';
}

/** What a row shows is taken when it changes: the activity goes on. */
function pathContent(
  { path, registrations, standbys }: Pick<PathEntry, 'path' | 'registrations' | 'standbys'>,
  activity: PathActivity | undefined,
  state: PathState,
  links: string,
): RowContent {
  const last = activity?.last;
  const failures = activity?.failures ?? 0;
  const history = activity?.history() ?? [];
  const names = registrations.map(({ session }) => session.agent.name);
  const target = maskUrl(registrations[0]?.targetUrl ?? '');
  const labels = Object.entries(registrations[0]?.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  return {
    words: [`/${path}`, ...names, target, ...labels, state, last?.outcome, last?.words],
    render: (id) =>
      html`<tr id="${id}" class="${state}" role="row">
        <th scope="row" role="rowheader" data-label="Path">
          <span class="name">/${path}</span>
          ${when(target !== '', () => html`<span class="target">${target}</span>`)}
          ${when(labels.length > 0, () => html`<span class="labels">${labels.map(labelHtml)}</span>`)}
        </th>
        <td role="cell" data-label="Agent">${agentNames(names, standbys.length)}</td>
        <td role="cell" data-label="Last scrape">${last === undefined ? '–' : moment(last.atMs)}</td>
        <td role="cell" data-label="Result">${result(state, last, failures, links)}</td>
        <td role="cell" data-label="Duration" class="number">
          ${last === undefined ? '–' : formatMillis(last.durationMs)}
        </td>
        <td role="cell" data-label="Size" class="number">
          ${last?.outcome === 'success' ? formatBytes(last.bytes) : '–'}
        </td>
        <td role="cell" data-label="Trend">${sparkline(history) ?? '–'}</td>
      </tr>`,
  };
}

const labelHtml = (label: string): SafeHtml => html`<span class="label">${label}</span> `;

function agentNames([first, ...others]: readonly string[], standbys: number): SafeHtml {
  const more =
    others.length === 0
      ? undefined
      : html` <span class="more" title="${others.join(', ')}">+${others.length}</span>`;
  const waiting =
    standbys === 0 ? undefined : html` <span class="tag warn">${plural(standbys, 'agent')} waiting</span>`;
  return html`${first}${more}${waiting}`;
}

function result(state: PathState, last: RecentScrape | undefined, failures: number, links: string): SafeHtml {
  switch (state) {
    case 'failing':
      return html`${last && reasonPill(last, links)}<span class="words">${last?.words}</span>
        ${when(failures > 1, () => html`<span class="note">failed ${plural(failures, 'time')} in a row</span>`)}`;
    case 'unserved':
      return html`<span class="pill warn">no agent</span
        ><span class="words">its agent is leaving, or has not opened its stream yet</span>`;
    case 'waiting':
      return html`<span class="pill idle">not scraped yet</span
        ><span class="words">no scraper has asked for it: is it in Prometheus' configuration?</span>`;
    case 'quiet':
      return html`<span class="pill warn">not scraped lately</span
        ><span class="words">the last scrape succeeded; no scraper has asked since</span>`;
    case 'ok':
      return html`<span class="pill ok">${last?.status}</span>`;
  }
}
