import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** A page that a target serves. */
export interface Page {
  /** Its path on the target and on the proxy, without leading slash. */
  readonly name: string;
  readonly text: Buffer;
  /** As the target sends it to who accepts gzip. */
  readonly gzip: Buffer;
}

const KB = 1000;
const fixture = readFileSync(new URL('fixtures/node-exporter.txt', import.meta.url), 'utf8');

/** The pages of the throughput cases, smallest first. The second is a real one, whole. */
export const PAGES: readonly Page[] = [
  page('5kb', grown(5 * KB)),
  page('58kb', fixture),
  page('200kb', grown(200 * KB)),
  page('2mb', grown(2000 * KB)),
];

/** @throws {Error} when there is no page of this name */
export function pageNamed(name: string): Page {
  const found = PAGES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no page "${name}"`);
  return found;
}

function page(name: string, text: string): Page {
  const bytes = Buffer.from(text);
  return { name, text: bytes, gzip: gzipSync(bytes) };
}

/**
 * A page of about `bytes` bytes, in whole lines: those of the real page, and again with another label and other
 * values, so that a repetition is no easier to compress than it is in a real large page.
 */
function grown(bytes: number): string {
  const lines = fixture.split('\n').filter((line) => line !== '');
  let text = '';
  for (let round = 0; ; round += 1) {
    for (const [at, line] of lines.entries()) {
      const next = round === 0 ? line : relabelled(line, round, at);
      if (text.length + next.length + 1 > bytes) return text;
      text += `${next}\n`;
    }
  }
}

function relabelled(line: string, round: number, at: number): string {
  if (line.startsWith('#')) return line;
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (.*)$/.exec(line) ?? [];
  const own = `shard="${round}"`;
  // The same in every run: results can be compared, and no two samples are alike.
  const noise = (round * 7919 + at * 104_729) % 99_991;
  return `${name}{${labels === '' ? own : `${labels},${own}`}} ${Number(value) + noise}`;
}
