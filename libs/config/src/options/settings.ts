import { formatOrigin, type Origin } from '../hocon/config-error.js';

/** Who gave an option its value. */
export type SettingSource =
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'config'; readonly origin: Origin }
  | { readonly kind: 'default' };

/** One value of one option, right or not. */
export interface Setting {
  readonly value: unknown;
  readonly source: SettingSource;
  /** Its value was not allowed; a problem says so already, and `value` is the default. */
  readonly isWrong?: boolean;
}

/** The values of all options, by key without the program's prefix, and where each came from. */
export class Settings {
  constructor(
    private readonly prefix: string,
    private readonly settings: ReadonlyMap<string, Setting>,
  ) {}

  sourceOf(key: string): SettingSource {
    return this.settings.get(key)?.source ?? { kind: 'default' };
  }

  /** The value in force; undefined when it is unset. */
  valueOf(key: string): unknown {
    return this.settings.get(key)?.value;
  }

  /** Whether anybody set it, rather than leaving it at its default. */
  isExplicit(key: string): boolean {
    return this.sourceOf(key).kind !== 'default';
  }

  /** Whether anything at all was set. */
  get isAnyExplicit(): boolean {
    return [...this.settings.values()].some(({ source }) => source.kind !== 'default');
  }

  isWrong(key: string): boolean {
    return this.settings.get(key)?.isWrong === true;
  }

  /** A problem or notice about an option, led by its key and by where its value came from. */
  say(key: string, words: string): string {
    return describe(`${this.prefix}.${key}`, this.sourceOf(key), words);
  }
}

/** `--flag`, `VARIABLE`, `-D`, `file:line` or `default`. */
export function formatSource(source: SettingSource): string {
  switch (source.kind) {
    case 'flag':
      return source.flag;
    case 'env':
      return source.name;
    case 'config':
      return formatOrigin(source.origin);
    case 'default':
      return 'default';
  }
}

/** `file:line: key: words`, `key (--flag): words`, `key (VARIABLE): words`, `key (-D): words` or `key: words`. */
export function describe(fullKey: string, source: SettingSource, words: string): string {
  switch (source.kind) {
    case 'flag':
      return `${fullKey} (${source.flag}): ${words}`;
    case 'env':
      return `${fullKey} (${source.name}): ${words}`;
    case 'config':
      return source.origin.line === undefined
        ? `${fullKey} (${source.origin.source}): ${words}`
        : `${formatOrigin(source.origin)}: ${fullKey}: ${words}`;
    case 'default':
      return `${fullKey}: ${words}`;
  }
}
