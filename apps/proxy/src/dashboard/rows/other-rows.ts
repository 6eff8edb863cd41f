import { html } from '@remix-run/html-template';
import type { RecentScrape } from '../../activity/recent-scrape.js';
import type { RefusedPath } from '../../activity/refused-paths.js';
import type { DepartedPath } from '../../paths/departed-paths.js';
import type { PathEntry, PathRegistration } from '../../paths/path-entry.js';
import { formatCount, formatMillis, moment } from '../formats.js';
import { reasonPill } from '../reason-pill.js';
import type { RowSource } from '../row-cache.js';

/** The rows of the scrapes that failed lately. */
export function failureSources(failures: readonly RecentScrape[], links: string): RowSource[] {
  return failures.map((failure) => {
    const { path, agentName, atMs, outcome, words, durationMs } = failure;
    return {
      key: String(failure.id),
      values: [failure],
      content: () => ({
        words: [`/${path}`, agentName, outcome, words],
        render: (id) =>
          html`<tr id="${id}" role="row">
            <th scope="row" role="rowheader" data-label="Path"><span class="name">/${path}</span></th>
            <td role="cell" data-label="Agent">${agentName ?? '–'}</td>
            <td role="cell" data-label="When">${moment(atMs)}</td>
            <td role="cell" data-label="Reason">
              ${reasonPill(failure, links)}<span class="words">${words}</span>
            </td>
            <td role="cell" data-label="Duration" class="number">${formatMillis(durationMs)}</td>
          </tr>`,
      }),
    };
  });
}

/** A plain agent that waits for a path that another one holds. */
interface Waiting {
  readonly waiting: PathRegistration;
  readonly holder: PathRegistration | undefined;
}

/** The rows of the paths that agents want and do not have: held by another, or refused. */
export function contestedSources(entries: Iterable<PathEntry>, refused: readonly RefusedPath[]): RowSource[] {
  const standbys: Waiting[] = [];
  for (const { registrations, standbys: waitings } of entries) {
    for (const waiting of waitings) {
      standbys.push({ waiting, holder: registrations[0] });
    }
  }
  return [...standbys.map(standbySource), ...refused.map(refusedSource)];
}

function standbySource({ waiting, holder }: Waiting): RowSource {
  const { path, session } = waiting;
  const held = holder?.session.agent;
  return contestedSource({
    key: `standby ${session.id} ${path}`,
    values: [waiting, holder],
    path,
    agentName: session.agent.name,
    hostName: session.agent.hostName,
    kind: 'waits',
    words: `agent ${held?.name ?? ''} on ${held?.hostName ?? ''} serves it; this one takes over when that leaves`,
  });
}

function refusedSource(refused: RefusedPath): RowSource {
  const { path, agentName, hostName, reason, attempts, atMs } = refused;
  return contestedSource({
    key: `refused ${JSON.stringify([agentName, hostName, path])}`,
    values: [refused],
    path,
    agentName,
    hostName,
    kind: 'refused',
    words: reason,
    attempts,
    atMs,
  });
}

interface Contested {
  readonly key: string;
  readonly values: readonly unknown[];
  readonly path: string;
  readonly agentName: string;
  readonly hostName: string;
  readonly kind: 'waits' | 'refused';
  readonly words: string;
  readonly attempts?: number;
  readonly atMs?: number;
}

function contestedSource(contested: Contested): RowSource {
  const { key, values, path, agentName, hostName, kind, words, attempts, atMs } = contested;
  return {
    key,
    values,
    content: () => ({
      words: [`/${path}`, agentName, hostName, kind, words],
      render: (id) =>
        html`<tr id="${id}" role="row">
          <th scope="row" role="rowheader" data-label="Path"><span class="name">/${path}</span></th>
          <td role="cell" data-label="Agent">${agentName}<span class="target">${hostName}</span></td>
          <td role="cell" data-label="Why">
            <span class="pill warn">${kind}</span><span class="words">${words}</span>
          </td>
          <td role="cell" data-label="Attempts" class="number">
            ${attempts === undefined ? '–' : formatCount(attempts)}
          </td>
          <td role="cell" data-label="Last attempt">${atMs === undefined ? '–' : moment(atMs)}</td>
        </tr>`,
    }),
  };
}

/** The rows of the paths whose agent left within the hold-down, the last one first. */
export function departedPathSources(departed: readonly DepartedPath[]): RowSource[] {
  return departed.toReversed().map((one) => {
    const { path, agentName, words, leftAt } = one;
    return {
      key: path,
      values: [one],
      content: () => ({
        words: [`/${path}`, agentName, words],
        render: (id) =>
          html`<tr id="${id}" role="row">
            <th scope="row" role="rowheader" data-label="Path"><span class="name">/${path}</span></th>
            <td role="cell" data-label="Agent">${agentName}</td>
            <td role="cell" data-label="Left">${moment(leftAt.getTime())}</td>
            <td role="cell" data-label="Why">
              <span class="pill warn">agent_gone</span><span class="words">${words}</span>
            </td>
          </tr>`,
      }),
    };
  });
}
