import type { Origin } from './config-error.js';

export interface ConfigString {
  readonly kind: 'string';
  readonly text: string;
  readonly origin: Origin;
  /** White space between two parts of a value; means nothing beside a list or an object. */
  readonly isGap?: boolean;
}

/** A number keeps its text, for it may be more exact than `value`, and may yet become part of a string. */
export interface ConfigNumber {
  readonly kind: 'number';
  readonly text: string;
  readonly value: number;
  readonly origin: Origin;
}

export interface ConfigBoolean {
  readonly kind: 'boolean';
  readonly value: boolean;
  readonly origin: Origin;
}

export interface ConfigNull {
  readonly kind: 'null';
  readonly origin: Origin;
}

export type ConfigScalar = ConfigString | ConfigNumber | ConfigBoolean | ConfigNull;

export interface ConfigList {
  readonly kind: 'list';
  readonly items: readonly ConfigValue[];
  readonly origin: Origin;
}

/** Keys live in a map, so that no key, `__proto__` included, is more than a key. */
export interface ConfigObject {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, ConfigValue>;
  readonly origin: Origin;
}

/** A resolved value; each one says where it stands. */
export type ConfigValue = ConfigScalar | ConfigList | ConfigObject;

/** A scalar as it stands in text. */
export function scalarText(scalar: ConfigScalar): string {
  switch (scalar.kind) {
    case 'string':
    case 'number':
      return scalar.text;
    case 'boolean':
      return String(scalar.value);
    case 'null':
      return 'null';
  }
}

/** What stands at a path, or undefined. */
export function findByPath(root: ConfigValue, path: readonly string[]): ConfigValue | undefined {
  let value: ConfigValue | undefined = root;
  for (const key of path) {
    value = value?.kind === 'object' ? value.fields.get(key) : undefined;
  }
  return value;
}

/** A value laid over another: objects merge key by key, anything else replaces. */
export function overlay(newer: ConfigValue, older: ConfigValue | undefined): ConfigValue {
  if (newer.kind !== 'object' || older?.kind !== 'object') {
    return newer;
  }
  const fields = new Map(older.fields);
  for (const [key, value] of newer.fields) {
    fields.set(key, overlay(value, fields.get(key)));
  }
  return { kind: 'object', fields, origin: newer.origin };
}

/** A value as JSON text, keys in the order they appeared, whole numbers exact to the last digit. */
export function toJson(value: ConfigValue): string {
  switch (value.kind) {
    case 'object': {
      const fields = [...value.fields].map(([key, inner]) => `${JSON.stringify(key)}:${toJson(inner)}`);
      return `{${fields.join(',')}}`;
    }
    case 'list':
      return `[${value.items.map(toJson).join(',')}]`;
    case 'string':
      return JSON.stringify(value.text);
    case 'number':
      return numberToJson(value);
    case 'boolean':
    case 'null':
      return scalarText(value);
  }
}

function numberToJson({ text, value }: ConfigNumber): string {
  if (/^-?\d+$/.test(text)) {
    return text.replace(/^(-?)0+(?=\d)/, '$1');
  }
  return Number.isFinite(value) ? String(value) : text;
}
