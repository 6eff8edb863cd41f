import type { OptionRows } from './option-rows.js';
import type { OptionValues } from './option-values.js';
import type { Settings } from './settings.js';

/** Rows that belong together in the help and on the settings page. */
export interface OptionGroup {
  readonly title: string;
  readonly rows: OptionRows;
}

/**
 * An option that existing configurations have and that has no effect here. It is accepted, and said so. A key
 * stands for everything below it, too.
 */
export interface IgnoredOption {
  readonly key: string;
  readonly flags?: readonly string[];
  readonly env?: string;
  /** Why it has no effect, for the settings page. */
  readonly why: string;
  /** Its flag takes no value. */
  readonly isBoolean?: boolean;
  /** What an operator who relies on it must know; said when it is set to more than false or nothing. */
  readonly warning?: string;
}

/** What is left once every single value is right: relations between values, and what follows from them. */
export type Completed<O> =
  | { readonly kind: 'ok'; readonly options: O; readonly notices: readonly string[] }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** All that is known about the configuration of one program. */
export interface Program<R extends OptionRows, O> {
  readonly name: string;
  /** The block of a file that is this program's. */
  readonly prefix: string;
  readonly summary: string;
  /** The environment variable that names the configuration. */
  readonly configEnv: string;
  readonly groups: readonly OptionGroup[];
  readonly rows: R;
  readonly ignored: readonly IgnoredOption[];
  /** Nothing useful comes of starting it with neither a configuration nor any option. */
  readonly needsSettings?: boolean;
  complete(values: OptionValues<R>, settings: Settings): Completed<O>;
}
