/**
 * Draws each docs/pictures/*.txt as an SVG beside it: `node scripts/draw-pictures.js`; `--check` draws nothing and fails
 * where a picture is not what its text says.
 *
 * The first line names the lanes, with `||` between two that a firewall separates; each further one is an arrow:
 * `from -> to: words`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';

const folder = resolve(import.meta.dirname, '../docs/pictures');
const LANE = 230;
const STEP = 46;
const TOP = 60;

function draw(text) {
  const [head, ...arrows] = text.trim().split('\n');
  const sides = head
    .replace(/^lanes:/, '')
    .split('||')
    .map((side) => side.split('|').map((name) => name.trim()));
  const lanes = sides.flat();
  const width = lanes.length * LANE;
  const height = TOP + (arrows.length + 1) * STEP;
  const at = (name) => {
    const index = lanes.indexOf(name);
    if (index === -1) throw new Error(`no lane ${name}`);
    return index * LANE + LANE / 2;
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="14" role="img">`,
    `  <title>${escape(arrows.join('; '))}</title>`,
    `  <rect width="${width}" height="${height}" fill="#ffffff"/>`,
    '  <defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#1f4e79"/></marker></defs>',
    ...lanes.flatMap((name) => lane(name, at(name), height)),
    ...sides.slice(1).flatMap(([behind]) => wall(at(behind) - LANE / 2, height)),
    ...arrows.flatMap((line, index) => arrow(line, at, TOP + (index + 1) * STEP)),
    '</svg>',
    '',
  ].join('\n');
}

function lane(name, x, height) {
  return [
    `  <line x1="${x}" y1="${TOP - 12}" x2="${x}" y2="${height - 12}" stroke="#9aa5b1" stroke-dasharray="4 4"/>`,
    `  <rect x="${x - 60}" y="14" width="120" height="32" rx="6" fill="#e8f0f8" stroke="#1f4e79"/>`,
    `  <text x="${x}" y="35" text-anchor="middle" fill="#1b2733">${escape(name)}</text>`,
  ];
}

function wall(x, height) {
  return [
    `  <line x1="${x}" y1="${TOP - 22}" x2="${x}" y2="${height - 12}" stroke="#b5482f" stroke-width="6" stroke-opacity="0.35"/>`,
    `  <text x="${x}" y="${TOP - 32}" text-anchor="middle" fill="#b5482f" font-size="13">firewall</text>`,
  ];
}

function arrow(line, at, y) {
  const [, from, to, words] = /^(.+?) -> (.+?): (.+)$/.exec(line) ?? [];
  if (words === undefined) throw new Error(`this is no arrow: ${line}`);
  const [x1, x2] = [at(from), at(to)];
  return [
    `  <line x1="${x1}" y1="${y}" x2="${x2}" y2="${y}" stroke="#1f4e79" stroke-width="2" marker-end="url(#head)"/>`,
    `  <text x="${(x1 + x2) / 2}" y="${y - 7}" text-anchor="middle" fill="#1b2733" font-size="13">${escape(words)}</text>`,
  ];
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt'))) {
  const picture = draw(readFileSync(join(folder, name), 'utf8'));
  const file = join(folder, name.replace(/\.txt$/, '.svg'));
  if (!process.argv.includes('--check')) writeFileSync(file, picture);
  else if (readFileSync(file, 'utf8') !== picture) {
    process.stderr.write(`docs/pictures/${name} was not drawn again\n`);
    process.exitCode = 1;
  }
}
