import type { OptionRow, OptionRows } from './option-rows.js';

type Head<K> = K extends `${infer H}.${string}` ? H : K;
type Tail<K, H extends string> = K extends `${H}.${infer T}` ? T : never;
type ValueOf<R> = R extends { readonly default: infer T } ? T : never;

/** The value a table describes: nested by the parts of its keys, each leaf of its row's type. */
export type OptionValues<R> = {
  readonly [H in Head<keyof R & string> & string]: H extends keyof R
    ? ValueOf<R[H]>
    : OptionValues<{ [K in keyof R & string as Tail<K, H>]: R[K] }>;
};

/** Any part of a value, at any depth; lists are given whole. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T;

type Branch = Record<string, unknown>;

/** The nested value for a table, asking `valueOf` for every row. The caller owns it; nothing is frozen yet. */
export function buildValues<R extends OptionRows>(
  rows: R,
  valueOf: (key: string, row: OptionRow) => unknown,
): OptionValues<R> {
  const root: Branch = {};
  for (const [key, row] of Object.entries(rows)) {
    const parts = key.split('.');
    const leaf = parts.pop() ?? key;
    let branch = root;
    for (const part of parts) {
      branch = (branch[part] ??= {}) as Branch;
    }
    branch[leaf] = valueOf(key, row);
  }
  return root as OptionValues<R>;
}

/** What stands at a dotted key of a nested value, or undefined. */
export function findValue(values: unknown, key: string): unknown {
  let value = values;
  for (const part of key.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    value = (value as Branch)[part];
  }
  return value;
}

/** A table's defaults with `overrides` laid over them, unchecked and frozen: for embedding and tests. */
export function defaultValues<R extends OptionRows>(
  rows: R,
  overrides: DeepPartial<OptionValues<R>> | undefined,
): OptionValues<R> {
  return deepFreeze(buildValues(rows, (key, row) => findValue(overrides, key) ?? row.default));
}

/** Freeze a value and everything it holds. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) {
      deepFreeze(inner);
    }
  }
  return value;
}
