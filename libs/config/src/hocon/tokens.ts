import type { Origin } from './config-error.js';
import type { ConfigScalar } from './config-value.js';

export type Punctuation = '{' | '}' | '[' | ']' | ':' | '=' | '+=' | ',';

interface Placed {
  readonly origin: Origin;
  /** The white space before it on its line. */
  readonly gap: string;
}

export type Token = Placed &
  (
    | { readonly kind: 'punctuation'; readonly text: Punctuation }
    | { readonly kind: 'scalar'; readonly scalar: ConfigScalar; readonly isQuoted: boolean }
    | { readonly kind: 'reference'; readonly path: readonly string[]; readonly isOptional: boolean }
    | { readonly kind: 'newline' }
    | { readonly kind: 'end' }
  );

/** What a token is, in words for an error; never its text, which may be a secret. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'punctuation':
      return `'${token.text}'`;
    case 'scalar':
      return token.isQuoted ? 'a quoted text' : 'a text or number';
    case 'reference':
      return 'a substitution';
    case 'newline':
      return 'the end of the line';
    case 'end':
      return 'the end of the document';
  }
}
