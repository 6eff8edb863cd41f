import { html, type SafeHtml } from '@remix-run/html-template';
import { formatCount, plural } from './formats.js';
import type { Summary } from './snapshots.js';

/** The numbers at the head of the page. */
export function summaryHtml(summary: Summary): SafeHtml {
  const { agents, paths, failingPaths, inFlight, departedAgents, contestedPaths } = summary;
  return html`<dl id="summary">
    ${figure('Failing', failingPaths, failingPaths > 0 ? 'bad' : 'ok')} ${figure('Paths', paths)}
    ${figure('Agents', agents, agents === 0 ? 'warn' : '')}
    ${figure('Departed agents', departedAgents, departedAgents > 0 ? 'warn' : '')}
    ${figure('Contested paths', contestedPaths, contestedPaths > 0 ? 'warn' : '')}
    ${figure('Scrapes in flight', inFlight)}
  </dl>`;
}

/** What is read out when it changes: not what changes all the time. */
export function summaryWords({ agents, paths, failingPaths, departedAgents }: Summary): string {
  const departed = departedAgents === 0 ? '' : `, ${plural(departedAgents, 'agent')} departed`;
  return `${plural(agents, 'agent')}, ${plural(paths, 'path')}, ${formatCount(failingPaths)} failing${departed}`;
}

function figure(label: string, count: number, mood = ''): SafeHtml {
  return html`<div class="figure ${mood}">
    <dt>${label}</dt>
    <dd>${formatCount(count)}</dd>
  </div>`;
}
