import type { OptionRows } from './option-rows.js';
import type { IgnoredOption } from './program.js';

/** What a flag of the command line stands for. */
export type FlagTarget =
  | {
      readonly kind: 'option' | 'ignored';
      readonly key: string;
      readonly isBoolean: boolean;
      /** Stands for a list; each time it is given adds an element. */
      readonly isRepeatable?: boolean;
    }
  | {
      readonly kind: 'config' | 'check' | 'help' | 'version';
      readonly isBoolean: boolean;
      readonly isRepeatable?: undefined;
    };

export const CONFIG_FLAGS = ['--config', '--conf', '-c'];
export const CHECK_FLAGS = ['--check-config', '--check_config'];
export const HELP_FLAGS = ['--help', '-h', '--usage', '-u'];
export const VERSION_FLAGS = ['--version', '-v'];

/** Every spelling of every flag, in lower case. */
export function indexFlags(rows: OptionRows, ignored: readonly IgnoredOption[]): Map<string, FlagTarget> {
  const index = new Map<string, FlagTarget>();
  const add = (flags: readonly string[] | undefined, target: FlagTarget): void =>
    flags?.forEach((spelling) => index.set(spelling.toLowerCase(), target));
  add(CONFIG_FLAGS, { kind: 'config', isBoolean: false });
  add(CHECK_FLAGS, { kind: 'check', isBoolean: true });
  add(HELP_FLAGS, { kind: 'help', isBoolean: true });
  add(VERSION_FLAGS, { kind: 'version', isBoolean: true });
  for (const [key, row] of Object.entries(rows)) {
    const isRepeatable = row.type === 'strings';
    add(row.flags, { kind: 'option', key, isBoolean: row.type === 'boolean', isRepeatable });
  }
  for (const { key, flags, isBoolean } of ignored) {
    add(flags, { kind: 'ignored', key, isBoolean: isBoolean === true });
  }
  return index;
}
