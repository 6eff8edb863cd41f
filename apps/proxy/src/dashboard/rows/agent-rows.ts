import { html, type SafeHtml } from '@remix-run/html-template';
import type { DepartedAgent } from '../../activity/departed-agents.js';
import type { StreamSession } from '../../agents/stream-session.js';
import { formatCount, moment } from '../formats.js';
import type { RowSource } from '../row-cache.js';

const MS_PER_SEC = 1_000;

type AgentState = 'registering' | 'not serving' | 'leaving' | 'serving';

/** The rows of the agents that are connected, by name. */
export function agentSources(
  sessions: readonly StreamSession[],
  pathsOf: (session: StreamSession) => number,
  nowMs: number,
): RowSource[] {
  return sessions
    .toSorted((one, other) => compare(one.agent.name, other.agent.name) || compare(one.id, other.id))
    .map((session) => agentSource(session, pathsOf(session), nowMs));
}

function agentSource(session: StreamSession, paths: number, nowMs: number): RowSource {
  const { id, agent, identity, inFlight, queued, openedAt } = session;
  const heardAtMs = Math.round((nowMs - session.silentForMs) / MS_PER_SEC) * MS_PER_SEC;
  const state = stateOf(session);
  const peer = session.origin.peer.replace(/^::ffff:/, '');
  const kind = agent.isConsolidated ? 'consolidated' : undefined;
  return {
    key: id,
    values: [agent, state, paths, inFlight, queued, heardAtMs],
    content: () => ({
      words: [agent.name, agent.hostName, identity, peer, state, kind],
      render: (rowId) =>
        html`<tr id="${rowId}" role="row">
          <th scope="row" role="rowheader" data-label="Agent">
            <span class="name">${agent.name}</span> ${kind && html`<span class="tag">${kind}</span>`}
          </th>
          <td role="cell" data-label="Host">${agent.hostName}<span class="target">${peer}</span></td>
          <td role="cell" data-label="Identity">${identity ?? '–'}</td>
          <td role="cell" data-label="State">${statePill(state)}</td>
          <td role="cell" data-label="Since">${moment(openedAt, true)}</td>
          <td role="cell" data-label="Paths" class="number">${formatCount(paths)}</td>
          <td role="cell" data-label="In flight" class="number">
            ${formatCount(inFlight)}${queued > 0 ? ` + ${queued} queued` : ''}
          </td>
          <td role="cell" data-label="Last heard of">${moment(heardAtMs)}</td>
        </tr>`,
    }),
  };
}

function stateOf({ isUnregistered, isDraining, isAvailable }: StreamSession): AgentState {
  if (isDraining) {
    return 'leaving';
  }
  return isUnregistered ? 'registering' : isAvailable ? 'serving' : 'not serving';
}

const statePill = (state: AgentState): SafeHtml =>
  html`<span class="pill ${state === 'serving' ? 'ok' : 'warn'}">${state}</span>`;

/** The rows of the agents that left and are not back, the last one first. */
export function departedAgentSources(agents: readonly DepartedAgent[]): RowSource[] {
  return agents.map((agent) => {
    const { name, hostName, identity, sinceMs, leftAtMs, cause, words } = agent;
    return {
      key: `${name} ${hostName} ${identity} ${leftAtMs}`,
      values: [agent],
      content: () => ({
        words: [name, hostName, identity, cause, words],
        render: (id) =>
          html`<tr id="${id}" role="row">
            <th scope="row" role="rowheader" data-label="Agent"><span class="name">${name}</span></th>
            <td role="cell" data-label="Host">${hostName}</td>
            <td role="cell" data-label="Identity">${identity ?? '–'}</td>
            <td role="cell" data-label="Since">${moment(sinceMs, true)}</td>
            <td role="cell" data-label="Left">${moment(leftAtMs)}</td>
            <td role="cell" data-label="Why">
              <span class="pill warn">${cause}</span><span class="words">${words}</span>
            </td>
          </tr>`,
      }),
    };
  });
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
