import type { Check } from './checks.js';

/** What every row of an option table says, whatever the type of its value. */
interface RowBase<T> {
  /** The value when nobody gave one. */
  readonly default: T;
  /** One line for `--help` and the settings page: what it does, with its unit. */
  readonly doc: string;
  /** Every spelling on the command line, the preferred long one first. Compared without regard to case. */
  readonly flags?: readonly string[];
  /** The environment variable that sets it. */
  readonly env?: string;
  /** A secret is never printed: not in problems, not in notices, not in the help. */
  readonly isSecret?: boolean;
  /** A change is taken up while the program runs. */
  readonly isReloaded?: boolean;
}

type ListRow<T> = Omit<RowBase<T>, 'flags' | 'env'> & {
  readonly flags?: undefined;
  readonly env?: undefined;
};

export interface StringRow<T extends string = string> extends RowBase<T> {
  readonly type: 'string';
  readonly check?: Check<string>;
}

/** A whole number between -2147483648 and 2147483647; `check` narrows that. */
export interface IntRow<T extends number | undefined = number> extends RowBase<T> {
  readonly type: 'int';
  readonly check?: Check<number>;
  /** What an accepted -1 stands for, where it stands for something else than itself. */
  readonly minusOneMeans?: number;
}

export interface BooleanRow extends RowBase<boolean> {
  readonly type: 'boolean';
}

/** One of a closed set of words, compared without regard to case. */
export interface EnumRow<T extends string = string> extends RowBase<T> {
  readonly type: 'enum';
  readonly words: readonly T[];
}

/** Set in a file, with `-D`, or by a flag that is given once for each element. */
export interface StringListRow extends Omit<ListRow<readonly string[]>, 'flags'> {
  readonly type: 'strings';
  readonly flags?: readonly string[];
}

/** What an object within an element of a list is made of. */
export type NestedObject = Pick<ObjectListRow, 'element' | 'secretFields'>;

/** A list of objects, each checked by the validation decorators of its class. Set in a file or with `-D` only. */
export interface ObjectListRow<T extends object = object> extends ListRow<readonly T[]> {
  readonly type: 'objects';
  readonly element: new () => T;
  /** Fields of an element that are never printed. */
  readonly secretFields?: readonly string[];
  /** Fields that hold an object of their own, checked likewise. */
  readonly nested?: Readonly<Record<string, NestedObject>>;
  /** Fields that take an object too, and hold it as JSON text. */
  readonly jsonTextFields?: readonly string[];
}

export type OptionRow =
  StringRow | IntRow | IntRow<number | undefined> | BooleanRow | EnumRow | StringListRow | ObjectListRow;

/** Rows by dotted key, without the program's own prefix. */
export type OptionRows = Readonly<Record<string, OptionRow>>;

type Given<R> = Omit<R, 'type'>;

export const text = (row: Given<StringRow>): StringRow => ({ type: 'string', ...row });

export const int = (row: Given<IntRow>): IntRow => ({ type: 'int', ...row });

/** A whole number that may stay unset; the code that reads it then works out its own value. */
export const optionalInt = (
  row: Omit<Given<IntRow<number | undefined>>, 'default'>,
): IntRow<number | undefined> => ({ type: 'int', default: undefined, ...row });

export const flag = (row: Given<BooleanRow>): BooleanRow => ({ type: 'boolean', ...row });

export const oneOf = <const T extends string>(
  words: readonly T[],
  row: Omit<Given<EnumRow<T>>, 'words' | 'default'> & { readonly default: NoInfer<T> },
): EnumRow<T> => ({ type: 'enum', words, ...row });

export const textList = (row: Given<StringListRow>): StringListRow => ({ type: 'strings', ...row });

export const objectList = <T extends object>(
  element: new () => T,
  row: Omit<Given<ObjectListRow<T>>, 'element' | 'default'>,
): ObjectListRow<T> => ({ type: 'objects', element, default: [], ...row });
