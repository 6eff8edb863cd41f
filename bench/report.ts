/** One table of the page, with what it is about. */
export interface Table {
  readonly title: string;
  /** What was done, and how to read the figures. */
  readonly text: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** A picture under the table. */
  readonly chart?: Chart;
}

/** Groups of bars on a logarithmic scale. */
export interface Chart {
  /** File name without ending. */
  readonly file: string;
  readonly title: string;
  readonly unit: string;
  readonly series: readonly string[];
  readonly groups: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** What a case found: tables for people, and the figures as they were measured. */
export interface CaseReport {
  readonly name: string;
  readonly tables: readonly Table[];
  readonly figures: unknown;
}

export function toMarkdown({ title, text, head, rows, chart }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at === 0 ? '---' : '---:'));
  if (head.length === 0) return `## ${title}\n\n${text}\n`;
  const table = [line(head), line(rule), ...rows.map(line)].join('\n');
  const picture = chart === undefined ? '' : `\n![${chart.title}](performance/${chart.file}.svg)\n`;
  return `## ${title}\n\n${text}\n\n${table}\n${picture}`;
}
