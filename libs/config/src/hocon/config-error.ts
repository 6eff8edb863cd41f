/** Where something stands: a file, a URL or a name for another source, and the line there, counted from 1. */
export interface Origin {
  readonly source: string;
  /** Absent where the source has no lines. */
  readonly line?: number;
}

export const formatOrigin = (origin: Origin): string =>
  origin.line === undefined ? origin.source : `${origin.source}:${origin.line}`;

/**
 * A document that cannot be used: `file:line: what was wrong, what is allowed`. The only error that reading a
 * configuration throws. It never quotes values, since a value may be a secret.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly origin: Origin,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${formatOrigin(origin)}: ${detail}`, options);
  }
}
