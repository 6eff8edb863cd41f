import { ConfigError, type Origin } from './config-error.js';
import { scalarText } from './config-value.js';
import type { IncludeStatement } from './syntax.js';
import type { TokenStream } from './token-stream.js';

const FORM = /^(?<required>required\()?(?:(?<form>file|url|classpath)\()?$/;

/**
 * The statement after the word `include`: `"f"`, `file("f")`, `url("f")`, `classpath("f")`, each also inside
 * `required(…)`.
 */
export function parseInclude(tokens: TokenStream, origin: Origin): IncludeStatement {
  const before = takeUnquoted(tokens);
  const quoted = tokens.next();
  const after = takeUnquoted(tokens);
  const form = FORM.exec(before)?.groups;
  const opened = before.split('(').length - 1;
  if (form === undefined || quoted.kind !== 'scalar' || after !== ')'.repeat(opened)) {
    throw new ConfigError(
      origin,
      'include needs a quoted name: "f", file("f") or url("f"), or required(…) around one of them' +
        '; a key of that name goes in quotes',
    );
  }
  return {
    kind: 'include',
    form: (form.form ?? 'plain') as IncludeStatement['form'],
    name: scalarText(quoted.scalar),
    isRequired: form.required !== undefined,
    origin,
    documents: [],
  };
}

function takeUnquoted(tokens: TokenStream): string {
  let text = '';
  for (let token = tokens.peek(); token.kind === 'scalar' && !token.isQuoted; token = tokens.peek()) {
    text += scalarText(token.scalar);
    tokens.next();
  }
  return text;
}
