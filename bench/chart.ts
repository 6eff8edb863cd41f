import { shown } from './figures.ts';
import type { Chart } from './report.ts';

const WIDTH = 720;
const LEFT = 60;
const TOP = 56;
const PLOT_HEIGHT = 240;
const COLORS = ['#8c959f', '#0969da', '#bc4c00', '#1a7f37'];

/** Grouped bars on a logarithmic scale, each with its figure, as SVG that is readable on light and dark pages. */
export function drawChart({ title, unit, series, groups }: Chart): string {
  const values = groups.flatMap((group) => group.values).filter((value) => value > 0);
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.ceil(Math.log10(Math.max(...values)));
  const y = (value: number): number =>
    TOP + PLOT_HEIGHT * (1 - (Math.log10(value) - lowest) / Math.max(1, highest - lowest));
  const decades = Array.from({ length: highest - lowest + 1 }, (_, at) => 10 ** (lowest + at));
  const groupWidth = (WIDTH - LEFT) / groups.length;
  const barWidth = (groupWidth * 0.85) / series.length;
  const bottom = TOP + PLOT_HEIGHT;

  const parts = [
    text(LEFT, 20, title, 'font-weight="bold"'),
    ...series.map((name, at) => legend(LEFT + at * 130, name, at)),
    ...decades.map((value) => gridLine(y(value), value)),
    text(4, TOP - 12, unit, ''),
    ...groups.flatMap(({ name, values: bars }, group) => {
      const left = LEFT + group * groupWidth;
      return [
        text(left + groupWidth / 2, bottom + 20, name, 'text-anchor="middle"'),
        ...bars.flatMap((value, at) => (value > 0 ? bar(left + at * barWidth, value, at) : [])),
      ];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 36}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;

  function bar(left: number, value: number, at: number): string[] {
    const top = y(value);
    const box = `x="${round(left)}" y="${round(top)}" width="${round(barWidth - 2)}" height="${round(bottom - top)}"`;
    const middle = left + barWidth / 2;
    return [
      `<rect ${box} fill="${color(at)}"/>`,
      text(middle, top - 4, shown(value), 'text-anchor="middle" font-size="9"'),
    ];
  }
}

function legend(x: number, name: string, at: number): string {
  return `<rect x="${x}" y="30" width="12" height="12" fill="${color(at)}"/>${text(x + 18, 40, name, '')}`;
}

function gridLine(y: number, value: number): string {
  const line = `<line x1="${LEFT}" x2="${WIDTH}" y1="${round(y)}" y2="${round(y)}" stroke="#d0d7de"/>`;
  return line + text(LEFT - 6, y + 4, shown(value), 'text-anchor="end"');
}

function text(x: number, y: number, words: string, attributes: string): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${round(x)}" y="${round(y)}" fill="#1f2328" ${attributes}>${escaped}</text>`;
}

function color(at: number): string {
  return COLORS[at % COLORS.length] ?? '#000000';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
