/** A table of the page: its heading, its columns and the words for when it is empty. */
export interface TableDefinition {
  readonly title: string;
  /** For those who hear the page. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly empty: string;
  /** Rows shown at most; the filter finds the others. */
  readonly maxRows: number;
}

/** The tables in the order of the page; the name is the id of its section. */
export const TABLES = {
  paths: {
    title: 'Paths',
    caption: 'Paths that are served, with their last scrape; what fails comes first',
    columns: ['Path', 'Agent', 'Last scrape', 'Result', 'Duration', 'Size', 'Trend'],
    empty: 'No paths are registered.',
    maxRows: 2_000,
  },
  agents: {
    title: 'Agents',
    caption: 'Agents that are connected',
    columns: ['Agent', 'Host', 'Identity', 'State', 'Since', 'Paths', 'In flight', 'Last heard of'],
    empty: 'No agents are connected.',
    maxRows: 500,
  },
  failures: {
    title: 'Recent failures',
    caption: 'Scrapes that failed lately, the last one first',
    columns: ['Path', 'Agent', 'When', 'Reason', 'Duration'],
    empty: 'No scrape has failed.',
    maxRows: 500,
  },
  contested: {
    title: 'Contested paths',
    caption: 'Paths that agents want and do not have: another serves them, or they were refused',
    columns: ['Path', 'Agent', 'Why', 'Attempts', 'Last attempt'],
    empty: 'Every agent has the paths it wants.',
    maxRows: 500,
  },
  'departed-agents': {
    title: 'Departed agents',
    caption: 'Agents that left within the last hour and are not back',
    columns: ['Agent', 'Host', 'Identity', 'Since', 'Left', 'Why'],
    empty: 'No agent has left.',
    maxRows: 500,
  },
  'departed-paths': {
    title: 'Departed paths',
    caption: 'Paths whose agent left a short while ago',
    columns: ['Path', 'Agent', 'Left', 'Why'],
    empty: 'No path has gone.',
    maxRows: 500,
  },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];

/** A value for each table. */
export function forEachTable<T>(value: (name: TableName) => T): Record<TableName, T> {
  return Object.fromEntries(TABLE_NAMES.map((name) => [name, value(name)])) as Record<TableName, T>;
}
