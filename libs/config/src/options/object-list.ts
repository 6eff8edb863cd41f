import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import { type ConfigObject, type ConfigValue, scalarText, toJson } from '../hocon/config-value.js';
import { listItems } from './config-values.js';
import { displayValue } from './display.js';
import { didYouMean } from './nearest.js';
import type { ObjectListRow } from './option-rows.js';
import { describe } from './settings.js';

/** The elements of a list of objects that are right, and what is wrong with the others. */
export interface ParsedObjects {
  readonly elements: readonly object[];
  readonly problems: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Check every element by the decorators of its class. The fields of an element are texts or lists of texts; other
 * scalars become texts, and an object becomes JSON text where the row says so.
 *
 * @param fullKey - how problems call the list
 */
export function parseObjects(row: ObjectListRow, fullKey: string, value: ConfigValue): ParsedObjects {
  const items = listItems(value);
  if (items === undefined) {
    const words = 'must be a list of objects';
    return { elements: [], problems: [describe(fullKey, configSource(value), words)], notices: [] };
  }
  const reader = new ObjectListReader(row);
  items.forEach((item, index) => reader.read(`${fullKey}[${index}]`, item));
  return reader;
}

class ObjectListReader implements ParsedObjects {
  readonly elements: object[] = [];
  readonly problems: string[] = [];
  readonly notices: string[] = [];
  readonly #fields: ReadonlySet<string>;

  constructor(private readonly row: ObjectListRow) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(row.element, '', false, false);
    this.#fields = new Set(rules.map((rule) => rule.propertyName));
  }

  read(name: string, item: ConfigValue): void {
    if (item.kind !== 'object') {
      this.problems.push(describe(name, configSource(item), 'must be an object'));
      return;
    }
    this.#noteUnknown(name, item);
    const element = plainToInstance(this.row.element, this.#toPlain(item));
    this.#readNested(name, item, element);
    const errors = validateSync(element, { forbidUnknownValues: false });
    for (const error of errors) {
      this.problems.push(this.#problem(name, item, error));
    }
    if (errors.length === 0) {
      this.elements.push(element);
    }
  }

  #toPlain(item: ConfigObject): object {
    const plain: Record<string, unknown> = {};
    for (const [key, value] of item.fields) {
      if (this.#fields.has(key)) {
        plain[key] =
          this.row.jsonTextFields?.includes(key) === true ? jsonOrPlain(value) : toPlainValue(value);
      }
    }
    return plain;
  }

  /** An object that is wrong in itself is left out, and said already; of anything else the element's rules judge. */
  #readNested(name: string, item: ConfigObject, element: object): void {
    for (const [key, row] of Object.entries(this.row.nested ?? {})) {
      const value = item.fields.get(key);
      if (value?.kind === 'object') {
        const reader = new ObjectListReader({ ...row, type: 'objects', default: [], doc: '' });
        reader.read(`${name}.${key}`, value);
        this.problems.push(...reader.problems);
        this.notices.push(...reader.notices);
        Reflect.set(element, key, reader.elements[0]);
      }
    }
  }

  #noteUnknown(name: string, item: ConfigObject): void {
    for (const [key, value] of item.fields) {
      if (!this.#fields.has(key)) {
        const words = `is not known and has no effect${didYouMean(key, this.#fields)}`;
        this.notices.push(describe(`${name}.${key}`, configSource(value), words));
      }
    }
  }

  #problem(name: string, item: ConfigObject, error: ValidationError): string {
    const value = item.fields.get(error.property);
    const words = Object.values(error.constraints ?? {}).join(', ');
    const fullKey = `${name}.${error.property}`;
    if (value === undefined) {
      return describe(fullKey, configSource(item), 'is missing');
    }
    const isShown =
      this.row.secretFields?.includes(error.property) !== true &&
      value.kind !== 'object' &&
      value.kind !== 'list';
    const shown = isShown ? `${displayValue(scalarText(value))} ` : '';
    return describe(fullKey, configSource(value), `${shown}${words}`);
  }
}

const configSource = (value: ConfigValue) => ({ kind: 'config', origin: value.origin }) as const;

const jsonOrPlain = (value: ConfigValue): unknown =>
  value.kind === 'object' ? toJson(value) : toPlainValue(value);

function toPlainValue(value: ConfigValue): unknown {
  switch (value.kind) {
    case 'list':
      return value.items.map(toPlainValue);
    case 'object':
      return listItems(value)?.map(toPlainValue) ?? {};
    case 'null':
      return null;
    default:
      return scalarText(value);
  }
}
