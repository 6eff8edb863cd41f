import { type ConfigValue, scalarText } from '../hocon/config-value.js';
import type { BooleanRow, IntRow, OptionRow } from './option-rows.js';
import { checkInt, checkText, checkWord, ok, type Parsed, wrong } from './scalar-values.js';

const TRUE = /^(true|yes|on)$/i;
const FALSE = /^(false|no|off)$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The value a configuration gives a row that is no list of objects; texts and scalars turn into one another. */
export function parseConfigValue(row: Exclude<OptionRow, { type: 'objects' }>, value: ConfigValue): Parsed {
  if (row.type === 'strings') {
    return parseTexts(row, value);
  }
  if (value.kind === 'object' || value.kind === 'list' || value.kind === 'null') {
    return wrong(row);
  }
  const text = scalarText(value);
  switch (row.type) {
    case 'string':
      return checkText(row, text);
    case 'int':
      return parseInt32(row, text);
    case 'boolean':
      return parseBoolean(row, text);
    case 'enum':
      return checkWord(row, text);
  }
}

/** The items of a list, or of an object whose keys are numbers, in their order. */
export function listItems(value: ConfigValue): readonly ConfigValue[] | undefined {
  if (value.kind === 'list') {
    return value.items;
  }
  if (value.kind !== 'object' || value.fields.size === 0) {
    return undefined;
  }
  const indexed = [...value.fields].filter(([key]) => /^\d{1,9}$/.test(key));
  return indexed.length === 0
    ? undefined
    : indexed.sort(([one], [other]) => Number(one) - Number(other)).map(([, item]) => item);
}

/** A value as it may be named in a problem: its text, or what it is. */
export const textOrKind = (value: ConfigValue): { readonly text: string } | { readonly kind: string } =>
  value.kind === 'object' || value.kind === 'list'
    ? { kind: value.kind === 'list' ? 'a list' : 'an object' }
    : { text: scalarText(value) };

function parseTexts(row: OptionRow, value: ConfigValue): Parsed {
  const items = listItems(value);
  const texts = items?.map((item) => ('text' in textOrKind(item) && item.kind !== 'null' ? item : undefined));
  if (texts === undefined || texts.includes(undefined)) {
    return wrong(row);
  }
  return ok(texts.map((item) => scalarText(item as Parameters<typeof scalarText>[0])));
}

/** A fraction is cut off, as it always was; a notice says so. */
function parseInt32(row: IntRow | IntRow<number | undefined>, text: string): Parsed {
  if (!NUMBER.test(text)) {
    return wrong(row);
  }
  const exact = Number(text);
  const whole = Math.trunc(exact);
  const parsed = checkInt(row, whole);
  return parsed.kind === 'ok' && whole !== exact ? ok(parsed.value, `${text} is taken as ${whole}`) : parsed;
}

function parseBoolean(row: BooleanRow, text: string): Parsed {
  if (TRUE.test(text)) {
    return ok(true);
  }
  return FALSE.test(text) ? ok(false) : wrong(row);
}
