/** What was seen at one moment of a soak. */
export interface SoakSample {
  readonly atSecs: number;
  readonly proxyRssMBytes: number;
  readonly agentRssMBytes: number;
  readonly proxyFiles: number;
  readonly agentFiles: number;
  readonly pending: number;
  readonly agents: number;
}

const WIDTH = 720;
const PANEL = { left: 60, height: 130, gap: 50, top: 30 };
const PLOT_WIDTH = WIDTH - PANEL.left - 20;

interface Line {
  readonly key: keyof SoakSample;
  readonly title: string;
  readonly color: string;
}

const PANELS: readonly { readonly title: string; readonly lines: readonly Line[] }[] = [
  {
    title: 'Resident memory, MB',
    lines: [
      { key: 'proxyRssMBytes', title: 'proxy', color: '#c2410c' },
      { key: 'agentRssMBytes', title: 'agent', color: '#1d4ed8' },
    ],
  },
  {
    title: 'Open descriptors',
    lines: [
      { key: 'proxyFiles', title: 'proxy', color: '#c2410c' },
      { key: 'agentFiles', title: 'agent, without those to targets', color: '#1d4ed8' },
    ],
  },
  {
    title: 'In the proxy',
    lines: [
      { key: 'pending', title: 'scrapes pending', color: '#c2410c' },
      { key: 'agents', title: 'agents', color: '#1d4ed8' },
    ],
  },
];

/** Memory, descriptors and pending scrapes over time, as an SVG picture. */
export function drawSoak(samples: readonly SoakSample[]): string {
  const height = PANEL.top + PANELS.length * (PANEL.height + PANEL.gap);
  const panels = PANELS.map((panel, index) => drawPanel(panel, samples, index));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function drawPanel(
  { title, lines }: (typeof PANELS)[number],
  samples: readonly SoakSample[],
  index: number,
): string {
  const top = PANEL.top + index * (PANEL.height + PANEL.gap);
  const bottom = top + PANEL.height;
  const most = Math.max(1, ...samples.flatMap((sample) => lines.map(({ key }) => sample[key])));
  const lastSecs = Math.max(1, ...samples.map(({ atSecs }) => atSecs));
  const point = (sample: SoakSample, key: keyof SoakSample): string => {
    const x = PANEL.left + (sample.atSecs / lastSecs) * PLOT_WIDTH;
    return `${x.toFixed(1)},${(bottom - (sample[key] / most) * PANEL.height).toFixed(1)}`;
  };
  const legend = lines
    .map(({ title: name, color }) => `<tspan fill="${color}" dx="12">${name}</tspan>`)
    .join('');
  const end = PANEL.left + PLOT_WIDTH;
  return [
    `<text x="${PANEL.left}" y="${top - 8}">${title}${legend}</text>`,
    `<path d="M${PANEL.left} ${top}V${bottom}H${end}" fill="none" stroke="#999"/>`,
    `<text x="${PANEL.left - 6}" y="${top + 10}" text-anchor="end">${most}</text>`,
    `<text x="${PANEL.left - 6}" y="${bottom}" text-anchor="end">0</text>`,
    `<text x="${end}" y="${bottom + 16}" text-anchor="end">${lastSecs} s</text>`,
    ...lines.map(({ key, color }) => {
      const points = samples.map((sample) => point(sample, key)).join(' ');
      return `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
    }),
  ].join('\n');
}
