/**
 * What reading the configuration came to. Problems are all of them at once, one line each, and hold no secret;
 * notices are for the log once it exists.
 */
export type ConfigOutcome<T> =
  | {
      readonly kind: 'run';
      readonly options: T;
      readonly notices: string[];
      /** The files it was read from, or would be if they were there; empty when it came from a URL. */
      readonly files: readonly string[];
    }
  | { readonly kind: 'print'; readonly text: string }
  | {
      readonly kind: 'invalid';
      readonly problems: string[];
      /** The files that were read, or would have been, before or in spite of what is wrong. */
      readonly files: readonly string[];
    };
