import { defaultText } from './help-text.js';
import type { OptionRow, OptionRows } from './option-rows.js';
import type { Program } from './program.js';
import { allowedText } from './scalar-values.js';

/** The section of the settings page that describes one program: a table a group, a row an option. */
export function settingsSection<R extends OptionRows, O>({ name, prefix, groups }: Program<R, O>): string {
  const tables = groups.map(({ title, rows }) => {
    const lines = Object.entries(rows).map(([key, row]) => tableRow(`${prefix}.${key}`, row));
    const head = [
      '| Key | Flags | Variable | Default | Allowed | What it does |',
      '| --- | --- | --- | --- | --- | --- |',
    ];
    return [`### ${title}`, '', ...head, ...lines].join('\n');
  });
  return [`## ${name}`, ...tables].join('\n\n');
}

function tableRow(fullKey: string, row: OptionRow): string {
  const flags = row.flags?.map(code).join(' ') ?? '';
  const variable = row.env === undefined ? '' : code(row.env);
  const fallback =
    row.default === undefined ? 'unset' : row.default === '' ? 'empty' : code(defaultText(row));
  const cells = [code(fullKey), flags, variable, fallback, allowedText(row), row.doc];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const code = (text: string): string => `\`${text}\``;
