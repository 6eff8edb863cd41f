import { maskCredentials } from './display.js';
import type { NestedObject, OptionRow, OptionRows } from './option-rows.js';
import type { Program } from './program.js';
import { formatSource, type Settings } from './settings.js';

type ElementSecrets = Pick<NestedObject, 'secretFields'> & {
  readonly nested?: Readonly<Record<string, NestedObject>>;
};

const MASK = '***';
const ORIGIN_COLUMN = 52;

/**
 * What `--check-config` prints: every option with the value in force, and who gave it. It is HOCON, and says the same
 * when it is read again, but for the secrets and URL credentials that are masked.
 */
export function effectiveText<R extends OptionRows, O>(
  { name, prefix, groups }: Program<R, O>,
  settings: Settings,
  notices: readonly string[],
): string {
  const lines = groups.flatMap(({ title, rows }) => [
    '',
    `# ${title}`,
    ...Object.entries<OptionRow>(rows).map(([key, row]) => optionLine(prefix, key, row, settings)),
  ]);
  return [`# ${name}: the configuration can be used`, ...notices.map(noticeLine), ...lines].join('\n');
}

/** A notice may quote what somebody wrote; it stays one comment. */
const noticeLine = (notice: string): string => `# notice: ${notice.replace(/\s*[\r\n]+\s*/g, ' ')}`;

function optionLine(prefix: string, key: string, row: OptionRow, settings: Settings): string {
  const value = settings.valueOf(key);
  const assignment =
    value === undefined ? `# ${prefix}.${key} is unset` : `${prefix}.${key} = ${valueText(row, value)}`;
  const [first = '', ...others] = assignment.split('\n');
  const origin = formatSource(settings.sourceOf(key));
  return [`${first.padEnd(ORIGIN_COLUMN)} # ${origin}`, ...others].join('\n');
}

function valueText(row: OptionRow, value: unknown): string {
  if (row.isSecret === true && value !== '') {
    return JSON.stringify(MASK);
  }
  if (row.type !== 'objects') {
    return JSON.stringify(value, maskText);
  }
  const elements = (value as readonly object[]).map((element) => `  ${elementText(row, element)}\n`);
  return elements.length === 0 ? '[]' : `[\n${elements.join('')}]`;
}

const elementText = (row: ElementSecrets, element: object): string =>
  JSON.stringify(maskElement(row, element), maskText);

function maskElement({ secretFields = [], nested = {} }: ElementSecrets, element: object): object {
  const fields = Object.entries(element).map(([field, value]: [string, unknown]) => {
    const inner = nested[field];
    if (inner !== undefined && typeof value === 'object' && value !== null) {
      return [field, maskElement(inner, value)];
    }
    return [field, secretFields.includes(field) && value !== undefined ? MASK : value];
  });
  return Object.fromEntries(fields) as object;
}

const maskText = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? maskCredentials(value) : value;
