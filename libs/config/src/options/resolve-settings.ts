import { type ConfigObject, type ConfigValue, findByPath } from '../hocon/config-value.js';
import type { GivenFlag } from './arguments.js';
import { parseConfigValue, textOrKind } from './config-values.js';
import { displayValue } from './display.js';
import { parseObjects } from './object-list.js';
import type { OptionRow, OptionRows } from './option-rows.js';
import { allowedText, type Parsed, parseScalar, type ScalarRow } from './scalar-values.js';
import { describe, type Setting, type SettingSource } from './settings.js';

/** Where values come from, the strongest first. */
export interface SettingSources {
  readonly flags: readonly GivenFlag[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This program's own block. */
  readonly config: ConfigObject;
}

/** One value for every row, and everything that is wrong or odd about them. */
export interface ResolvedSettings {
  readonly settings: ReadonlyMap<string, Setting>;
  readonly problems: readonly string[];
  readonly notices: readonly string[];
}

/** Choose for every row the value of the strongest source that gives one. A wrong value is never passed over. */
export function resolveSettings(prefix: string, rows: OptionRows, sources: SettingSources): ResolvedSettings {
  const resolver = new SettingResolver(prefix, sources);
  const settings = new Map(Object.entries(rows).map(([key, row]) => [key, resolver.resolve(key, row)]));
  return { settings, problems: resolver.problems, notices: resolver.notices };
}

class SettingResolver {
  readonly problems: string[] = [];
  readonly notices: string[] = [];

  constructor(
    private readonly prefix: string,
    private readonly sources: SettingSources,
  ) {}

  resolve(key: string, row: OptionRow): Setting {
    if (row.type !== 'strings' && row.type !== 'objects') {
      const given = this.#findFlag(key, row) ?? this.#findVariable(row);
      if (given !== undefined) {
        const parsed = parseScalar(row, given.text);
        return this.#judge(key, row, parsed, given.source, displayValue(given.text));
      }
    }
    const list = this.#findList(key);
    if (list !== undefined) {
      return list;
    }
    const value = findByPath(this.sources.config, key.split('.'));
    return value === undefined
      ? { value: row.default, source: { kind: 'default' } }
      : this.#fromConfig(key, row, value);
  }

  /** A flag of -1 or of the empty text counts as not given. */
  #findFlag(key: string, row: ScalarRow): { text: string; source: SettingSource } | undefined {
    const given = this.sources.flags.find(({ target }) => target.kind === 'option' && target.key === key);
    const isGiven = given !== undefined && given.text !== (row.type === 'int' ? '-1' : '');
    return isGiven ? { text: given.text, source: { kind: 'flag', flag: given.flag } } : undefined;
  }

  /** The values of a flag that was repeated replace a list of the configuration. */
  #findList(key: string): Setting | undefined {
    const given = this.sources.flags.find(({ target }) => target.kind === 'option' && target.key === key);
    return given?.texts === undefined
      ? undefined
      : { value: given.texts, source: { kind: 'flag', flag: given.flag } };
  }

  /** A variable that is set counts, also when it is empty. */
  #findVariable({ env: name }: ScalarRow): { text: string; source: SettingSource } | undefined {
    const text = name === undefined ? undefined : this.sources.env[name];
    return name === undefined || text === undefined ? undefined : { text, source: { kind: 'env', name } };
  }

  #fromConfig(key: string, row: OptionRow, value: ConfigValue): Setting {
    const source: SettingSource = { kind: 'config', origin: value.origin };
    if (row.type === 'objects') {
      const { elements, problems, notices } = parseObjects(row, `${this.prefix}.${key}`, value);
      this.problems.push(...problems);
      this.notices.push(...notices);
      return { value: elements, source, isWrong: problems.length > 0 };
    }
    const told = textOrKind(value);
    const shown = 'text' in told ? displayValue(told.text) : told.kind;
    return this.#judge(key, row, parseConfigValue(row, value), source, shown);
  }

  #judge(key: string, row: OptionRow, parsed: Parsed, source: SettingSource, shown: string): Setting {
    const fullKey = `${this.prefix}.${key}`;
    if (parsed.kind === 'ok') {
      if (parsed.notice !== undefined) {
        this.notices.push(describe(fullKey, source, parsed.notice));
      }
      return { value: parsed.value, source };
    }
    const subject = row.isSecret === true ? 'its value' : shown;
    this.problems.push(describe(fullKey, source, `${subject} is not allowed; allowed: ${allowedText(row)}`));
    return { value: row.default, source, isWrong: true };
  }
}
