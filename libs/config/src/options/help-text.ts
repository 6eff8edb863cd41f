import { CHECK_FLAGS, CONFIG_FLAGS, HELP_FLAGS, VERSION_FLAGS } from './flag-index.js';
import type { OptionRow, OptionRows } from './option-rows.js';
import type { Program } from './program.js';

const WIDTH = 80;
const INDENT = '      ';

/** The page `--help` prints. */
export function helpText<R extends OptionRows, O>(program: Program<R, O>): string {
  const { name, summary, prefix, configEnv, groups } = program;
  const general = [
    heading(`${CONFIG_FLAGS.join(', ')} <file or URL>`, 'The configuration: HOCON, JSON or properties.'),
    [`${INDENT}${configEnv}`],
    heading('-D<key>=<value>', 'Sets one key over the configuration; may be repeated.'),
    heading(
      CHECK_FLAGS.join(', '),
      'Checks all that is given, prints what is in force and who said so, and ends.',
    ),
    heading(VERSION_FLAGS.join(', '), 'Prints the version.'),
    heading(HELP_FLAGS.join(', '), 'Prints this page.'),
  ];
  const sections = groups.map(({ title, rows }) => section(title, prefix, rows));
  return [
    `Usage: ${name} [options]`,
    `       ${name} doctor [--json] [options]`,
    '',
    ...wrap(summary, ''),
    ...wrap('doctor looks at all the program needs, says what is wrong, and ends: 0 all well, 1 not.', ''),
    ...wrap('A flag goes before an environment variable, that before -D, that before the configuration.', ''),
    '',
    'General',
    ...general.flat(),
    ...sections.flat(),
  ].join('\n');
}

function section(title: string, prefix: string, rows: OptionRows): string[] {
  return ['', title, ...Object.entries(rows).flatMap(([key, row]) => optionLines(`${prefix}.${key}`, row))];
}

function optionLines(fullKey: string, row: OptionRow): string[] {
  const placeholder = row.type === 'boolean' ? '' : ` ${placeholderOf(row)}`;
  const argument = row.type === 'strings' ? ' <text>' : placeholder;
  const fallback = defaultText(row);
  const words = fallback === '' ? row.doc : `${row.doc} Default: ${fallback}.`;
  if (row.flags === undefined) {
    return heading(`${fullKey} =${placeholder || ' <true|false>'}`, words);
  }
  const names = [row.env, fullKey].filter((name) => name !== undefined);
  return [...heading(`${row.flags.join(', ')}${argument}`, words), ...wrap(names.join(' · '), INDENT)];
}

function placeholderOf(row: OptionRow): string {
  switch (row.type) {
    case 'int':
      return '<number>';
    case 'enum':
      return `<${row.words.filter((word) => word !== '').join('|')}>`;
    case 'strings':
    case 'objects':
      return '[ … ]';
    default:
      return '<text>';
  }
}

/** A row's default as the help and the settings page show it; empty where there is none to show. */
export function defaultText(row: OptionRow): string {
  if (row.default === undefined || row.default === '' || row.isSecret === true) {
    return '';
  }
  if (row.type === 'strings') {
    return `[${row.default.join(', ')}]`;
  }
  return row.type === 'objects' ? '[]' : String(row.default);
}

const heading = (title: string, words: string): string[] => [`  ${title}`, ...wrap(words, INDENT)];

function wrap(words: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of words.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
