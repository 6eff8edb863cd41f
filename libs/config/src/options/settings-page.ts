import { defaultText } from './help-text.js';
import type { OptionRow, OptionRows } from './option-rows.js';
import type { IgnoredOption, Program } from './program.js';
import { allowedText } from './scalar-values.js';

const HEAD = [
  '| Key | Flags | Variable | Default | Allowed | What it does |',
  '| --- | --- | --- | --- | --- | --- |',
];

/** The section of the settings page that describes one program, as Markdown: a table a group, a row an option. */
export function settingsSection<R extends OptionRows, O>(program: Program<R, O>): string {
  const { name, prefix, summary, configEnv, groups, ignored } = program;
  const tables = groups.map(({ title, rows }) => {
    const lines = Object.entries(rows).map(([key, row]) => tableRow(`${prefix}.${key}`, row));
    return [`### ${title}`, '', ...HEAD, ...lines].join('\n');
  });
  const variable = `The configuration is named by \`--config\` or \`${configEnv}\`.`;
  return [`## ${name}`, `${summary} ${variable}`, ...tables, ignoredSection(prefix, ignored)].join('\n\n');
}

function tableRow(fullKey: string, row: OptionRow): string {
  const flags = row.flags?.map(code).join(' ') ?? '';
  const variable = row.env === undefined ? '' : code(row.env);
  const cells = [
    code(fullKey),
    flags,
    variable,
    defaultCell(row),
    allowedText(row),
    `${row.doc}${marks(row)}`,
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function marks({ isSecret, isReloaded }: OptionRow): string {
  return `${isSecret === true ? ' **Secret.**' : ''}${isReloaded === true ? ' **Reloaded.**' : ''}`;
}

function defaultCell(row: OptionRow): string {
  if (row.default === undefined) {
    return 'unset';
  }
  return row.default === '' ? 'empty' : code(defaultText(row));
}

function ignoredSection(prefix: string, ignored: readonly IgnoredOption[]): string {
  const lines = ignored.map(({ key, flags = [], env, why }) => {
    const names = [`${prefix}.${key}`, ...flags, ...(env === undefined ? [] : [env])].map(code);
    return `- ${names.join(' ')}: ${why}`;
  });
  const words =
    'Existing installations may set these; they have no effect, and one line at the start says so.';
  return ['### Accepted without effect', '', words, '', ...lines].join('\n');
}

const code = (text: string): string => `\`${text}\``;

/** Outside code, what Markdown would read as markup is escaped; a bar always is. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
