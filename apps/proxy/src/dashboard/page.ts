import { html, type SafeHtml } from '@remix-run/html-template';
import { packageVersion } from '@app/operations';
import { when } from './formats.js';
import type { Snapshot } from './snapshots.js';
import { summaryHtml, summaryWords } from './summary.js';
import { TABLE_NAMES, type TableName, TABLES } from './tables.js';
import { countWords, filterWords, type TableView, viewOf } from './view.js';

/** Seconds after which a page without its script loads again. */
const RELOAD_SECS = 15;

/** What somebody asks the page for. */
export interface PageRequest {
  readonly filter: string;
  /** Whether a page without its script loads again by itself. */
  readonly reloads: boolean;
}

/** The frame of every page. Its links are relative: the dashboard may stand behind a prefix of somebody else. */
export function documentHtml(
  title: string,
  assets: string,
  head: SafeHtml | undefined,
  body: SafeHtml,
): string {
  return String(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          <link rel="icon" href="${assets}icon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="${assets}dashboard.css" />
          ${head}
        </head>
        ${body}
      </html>`,
  );
}

/** The whole page, as it is at this moment. */
export function pageHtml(snapshot: Snapshot, { filter, reloads }: PageRequest, base: string): string {
  const view = viewOf(snapshot, filterWords(filter));
  const head = html`<script src="${base}assets/dashboard.js" type="module"></script>
    ${when(reloads, () => html`<noscript><meta http-equiv="refresh" content="${RELOAD_SECS}" /></noscript>`)}`;
  return documentHtml(
    'prometheus-proxy',
    `${base}assets/`,
    head,
    html`<body data-version="${snapshot.version}" data-at="${snapshot.atMs}" data-events="${base}events">
      <a class="skip" href="#paths">Skip to the paths</a>
      <header>
        <h1>prometheus-proxy <small>${packageVersion()}</small></h1>
        ${liveStatus(snapshot, filter, reloads)} ${summaryHtml(snapshot.summary)}
        <nav aria-label="Tables">
          ${TABLE_NAMES.map((name) => html`<a href="#${name}">${TABLES[name].title}</a> `)}
        </nav>
        ${filterForm(filter)}
      </header>
      <p class="sr-only" role="status" aria-live="polite" id="announcement">
        ${summaryWords(snapshot.summary)}
      </p>
      <main>${TABLE_NAMES.map((name) => sectionHtml(name, view[name]))}</main>
    </body>`,
  );
}

function liveStatus({ atMs }: Snapshot, filter: string, reloads: boolean): SafeHtml {
  const asOf = new Date(atMs).toISOString();
  const stop = `?${new URLSearchParams({ q: filter, refresh: 'off' }).toString()}`;
  return html`<div class="live">
    <span id="live-state" hidden></span>
    <button type="button" id="pause" hidden aria-pressed="false">Pause</button>
    <span class="as-of">as of <time datetime="${asOf}" data-fixed>${asOf.slice(11, 19)} UTC</time></span>
    <noscript>
      ${when(reloads, () => html`<span>loads again every ${RELOAD_SECS} seconds: <a href="${stop}">stop</a></span>`)}
    </noscript>
  </div>`;
}

function filterForm(filter: string): SafeHtml {
  return html`<form role="search" method="get">
    <label for="filter">Filter</label>
    <input
      type="search"
      id="filter"
      name="q"
      value="${filter}"
      autocomplete="off"
      spellcheck="false"
      placeholder="path, agent, label=value, target, reason"
    />
    <button type="submit">Apply</button>
  </form>`;
}

function sectionHtml(name: TableName, view: TableView): SafeHtml {
  const { title, caption, columns, empty } = TABLES[name];
  const isEmpty = view.rows.length === 0;
  const isFiltered = view.total > 0;
  return html`<section id="${name}" aria-labelledby="${name}-title">
    <h2 id="${name}-title">${title} <span class="count" data-count>${countWords(view)}</span></h2>
    <p class="empty" data-empty="${empty}" ${isEmpty ? '' : 'hidden'}>
      ${isFiltered ? 'The filter lets nothing through.' : empty}
    </p>
    <table role="table" ${isEmpty ? 'hidden' : ''}>
      <caption class="sr-only">
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${view.rows.map((row) => html.raw`${row.html}`)}
      </tbody>
    </table>
  </section>`;
}
