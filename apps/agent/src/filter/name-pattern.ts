export type PatternOutcome = { kind: 'ok'; regex: RegExp } | { kind: 'invalid'; reason: string };

/** What only the `u` flag gives its meaning: properties, and characters beyond the basic plane. */
const NEEDS_UNICODE = /\\[pPu]|[\u{10000}-\u{10ffff}]/u;

/**
 * A pattern for whole metric names, as existing configurations write them: in the flavour of Java.
 *
 * What the two flavours spell alike is taken as it is, and so are Java's needless backslashes (`\_`, `\-`) and
 * a leading `(?i)`. What only Java has is refused. Without the `u` flag such a pattern would often be valid and
 * mean something else, so every pattern is checked with it; it is matched without it where it can be, because
 * V8 bounds the time of a match only then (see `boundMatchingTime`).
 */
export function compileNamePattern(pattern: string): PatternOutcome {
  try {
    const source = `^(?:${translate(pattern)})$`;
    const checked = new RegExp(source, 'u');
    return { kind: 'ok', regex: NEEDS_UNICODE.test(pattern) ? checked : new RegExp(source) };
  } catch (error) {
    return { kind: 'invalid', reason: reasonOf(error) };
  }
}

function translate(pattern: string): string {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const body = pattern.slice(flags?.[0].length ?? 0);
  // On its own first, so that a pattern cannot close the group that is put around it.
  const translated = withoutNeedlessBackslashes(body);
  void new RegExp(translated, 'u');
  return flags === null ? translated : `(?${flags[1]}:${translated})`;
}

/** Java lets any character but a letter or a digit be escaped; JavaScript only those that mean something. */
function withoutNeedlessBackslashes(pattern: string): string {
  let isInClass = false;
  return pattern.replaceAll(/\\([\s\S])|[[\]]/g, (token, escaped: string | undefined) => {
    if (escaped === undefined) {
      isInClass = token === '[';
      return token;
    }
    const isNeedless = !/[\w^$\\.*+?()[\]{}|/-]/.test(escaped) || escaped === '_';
    return isNeedless || (escaped === '-' && !isInClass) ? escaped : token;
  });
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Invalid regular expression: .*: /s, '');
}
