import { scrape } from './scrape.js';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one text exposition. */
export class MetricsPage {
  readonly samples: readonly Sample[];

  constructor(text: string) {
    this.samples = text.split('\n').flatMap(parseLine);
  }

  /** The sum over all series of this name that carry these labels; undefined when there is none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const wanted = Object.entries(labels);
    const values = this.samples
      .filter(
        (sample) => sample.name === name && wanted.every(([key, value]) => sample.labels[key] === value),
      )
      .map((sample) => sample.value);
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  }
}

/** Read the metrics page of one of our programs. */
export async function readMetrics(port: number): Promise<MetricsPage> {
  const page = await scrape(`http://127.0.0.1:${port}/metrics`, { giveUpAfterMs: 5_000 });
  if (page.status !== 200) throw new Error(`metrics page answered ${page.status} ${page.statusMessage}`);
  return new MetricsPage(page.body.toString('utf8'));
}

function parseLine(line: string): Sample[] {
  const [, name, labels, value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)(?: \d+)?$/.exec(line) ?? [];
  if (name === undefined || value === undefined) return [];
  return [{ name, labels: parseLabels(labels ?? ''), value: Number(value.replace('Inf', 'Infinity')) }];
}

function parseLabels(text: string): Record<string, string> {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries([...pairs].map(([, key, value]) => [key, value]));
}
