import { ConfigError } from './config-error.js';
import { describeToken, type Punctuation, type Token } from './tokens.js';

/** Tokens in order, with a look at the next one. The last token is never passed. */
export class TokenStream {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  peek(): Token {
    const token = this.tokens[this.#at] ?? this.tokens.at(-1);
    if (token === undefined) {
      throw new RangeError('a stream of tokens ends with an end token');
    }
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  isAt(text: Punctuation): boolean {
    const token = this.peek();
    return token.kind === 'punctuation' && token.text === text;
  }

  /** Take this punctuation if it is next. */
  takeIf(text: Punctuation): boolean {
    const isNext = this.isAt(text);
    this.#at += isNext ? 1 : 0;
    return isNext;
  }

  /** Pass all new lines; whether there was one. */
  skipNewlines(): boolean {
    const before = this.#at;
    while (this.peek().kind === 'newline') {
      this.#at += 1;
    }
    return this.#at > before;
  }

  /** Pass what stands between two fields or items: new lines, one comma, or both. Whether there was any. */
  skipSeparator(): boolean {
    const sawNewline = this.skipNewlines();
    return this.takeIf(',') || sawNewline;
  }

  /** An error that says what was expected here, and what stands here instead. */
  expected(what: string): ConfigError {
    const token = this.peek();
    return new ConfigError(token.origin, `expected ${what}, found ${describeToken(token)}`);
  }
}
