import { html, type SafeHtml } from '@remix-run/html-template';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB'];

/** Like `10.4 KiB`. */
export function formatBytes(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), BYTE_UNITS.length - 1);
  const value = bytes / 1024 ** exponent;
  return `${exponent === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[exponent]}`;
}

/** Like `48 ms` or `2.31 s`. */
export function formatMillis(millis: number): string {
  if (millis < 1000) {
    return `${millis < 10 ? millis.toFixed(1) : Math.round(millis)} ms`;
  }
  return `${(millis / 1000).toFixed(2)} s`;
}

/** Like `1,204`. */
export const formatCount = (count: number): string => count.toLocaleString('en');

/** Like `1 path` or `3 paths`. */
export const plural = (count: number, word: string): string =>
  `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`;

/** A part that is there only if it should be. */
export const when = (isThere: boolean, part: () => SafeHtml): SafeHtml | undefined =>
  isThere ? part() : undefined;

/**
 * A moment, on the clock in UTC. What is long ago has its date.
 *
 * The page's script turns it into an age, which a row that is rendered once and shown for long could not tell.
 */
export function moment(atMs: number, isLongAgo = false): SafeHtml {
  const iso = new Date(atMs).toISOString();
  const shown = isLongAgo ? iso.slice(0, 16).replace('T', ' ') : iso.slice(11, 19);
  return html`<time datetime="${iso}" title="${iso}">${shown}</time>`;
}
