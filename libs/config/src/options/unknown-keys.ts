import { type ConfigObject, type ConfigValue, scalarText } from '../hocon/config-value.js';
import { didYouMean } from './nearest.js';
import type { OptionRows } from './option-rows.js';
import type { IgnoredOption } from './program.js';
import { describe } from './settings.js';

/** What a block holds beside the options of the table. */
export interface OtherKeys {
  /** Keys whose place in the table is a block of further keys, given as something else. */
  readonly problems: readonly string[];
  readonly notices: readonly string[];
  /** Options that are accepted and have no effect, with their text where they have one. */
  readonly ignored: readonly {
    readonly option: IgnoredOption;
    readonly key: string;
    readonly text?: string;
  }[];
}

export function findOtherKeys(
  prefix: string,
  rows: OptionRows,
  ignored: readonly IgnoredOption[],
  block: ConfigObject,
): OtherKeys {
  const walk = new BlockWalk(prefix, rows, ignored);
  walk.visitFields('', block);
  return walk;
}

class BlockWalk implements OtherKeys {
  readonly problems: string[] = [];
  readonly notices: string[] = [];
  readonly ignored: { option: IgnoredOption; key: string; text?: string }[] = [];
  readonly #branches = new Set<string>();
  readonly #known: readonly string[];

  constructor(
    private readonly prefix: string,
    private readonly rows: OptionRows,
    private readonly accepted: readonly IgnoredOption[],
  ) {
    this.#known = [...Object.keys(rows), ...accepted.map(({ key }) => key)];
    for (const key of this.#known) {
      const parts = key.split('.');
      parts.slice(1).forEach((_, index) => this.#branches.add(parts.slice(0, index + 1).join('.')));
    }
  }

  visitFields(path: string, object: ConfigObject): void {
    for (const [key, value] of object.fields) {
      this.#visit(path === '' ? key : `${path}.${key}`, value);
    }
  }

  #visit(path: string, value: ConfigValue): void {
    if (Object.hasOwn(this.rows, path)) {
      return;
    }
    const option = this.accepted.find(({ key }) => key === path);
    if (option !== undefined) {
      this.#visitIgnored(option, path, value);
    } else if (!this.#branches.has(path)) {
      const words = `is not known and has no effect${didYouMean(path, this.#known)}`;
      this.notices.push(describe(`${this.prefix}.${path}`, { kind: 'config', origin: value.origin }, words));
    } else if (value.kind === 'object') {
      this.visitFields(path, value);
    } else {
      const source = { kind: 'config', origin: value.origin } as const;
      this.problems.push(describe(`${this.prefix}.${path}`, source, 'must be an object'));
    }
  }

  #visitIgnored(option: IgnoredOption, path: string, value: ConfigValue): void {
    if (value.kind === 'object') {
      for (const [key, inner] of value.fields) {
        this.#visitIgnored(option, `${path}.${key}`, inner);
      }
    } else {
      const text = value.kind === 'list' ? (value.items.length === 0 ? '' : 'list') : scalarText(value);
      this.ignored.push({ option, key: path, text });
    }
  }
}
