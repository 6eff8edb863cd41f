import { html, type SafeHtml } from '@remix-run/html-template';
import type { HistoryPoint } from '../activity/path-activity.js';
import { formatMillis, plural } from './formats.js';

const WIDTH = 120;
const HEIGHT = 24;
const PADDING = 3;
/** Points across the whole width: a short history stays at the right, where the present is. */
const SLOTS = 30;

/** The durations of the last scrapes as a line, and a dot for each that failed. */
export function sparkline(history: readonly HistoryPoint[]): SafeHtml | undefined {
  const last = history.at(-1);
  if (last === undefined) {
    return undefined;
  }
  const most = Math.max(...history.map(({ durationMs }) => durationMs));
  const dots = history.map(({ durationMs, isFailed }, index) => ({
    x: round(PADDING + ((SLOTS - history.length + index) / (SLOTS - 1)) * (WIDTH - 2 * PADDING)),
    y: round(HEIGHT - PADDING - (most === 0 ? 0 : durationMs / most) * (HEIGHT - 2 * PADDING)),
    isFailed,
  }));
  const failed = dots.filter(({ isFailed }) => isFailed);
  const words = `Last ${plural(history.length, 'scrape')}: up to ${formatMillis(most)}, ${failed.length} failed`;
  return html`<svg
    class="spark"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
    role="img"
  >
    <title>${words}</title>
    <polyline points="${dots.map(({ x, y }) => `${x},${y}`).join(' ')}" />
    ${failed.map(({ x, y }) => html`<circle cx="${x}" cy="${y}" r="2" />`)}
  </svg>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
