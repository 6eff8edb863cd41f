import { ConfigError, type Origin } from './config-error.js';
import { parseInclude } from './include-statement.js';
import { parseKeyPath } from './key-path.js';
import { readTokens } from './lexer.js';
import type { FieldStatement, IncludeStatement, ObjectSyntax, ParsedDocument, Statement } from './syntax.js';
import { TokenStream } from './token-stream.js';
import type { Token } from './tokens.js';
import { Nesting, ValueParser } from './value-parser.js';

/**
 * A HOCON document as written. The braces around the whole may be left out.
 *
 * @param source - what the origins of its values are called
 * @throws {ConfigError} at the first thing that is no HOCON
 */
export function parseHocon(text: string, source: string): ParsedDocument {
  return new Parser(new TokenStream(readTokens(text, source))).parseDocument();
}

class Parser {
  readonly #includes: IncludeStatement[] = [];
  readonly #nesting = new Nesting();
  readonly #values: ValueParser;

  constructor(private readonly tokens: TokenStream) {
    this.#values = new ValueParser(tokens, this.#nesting, () => this.#parseObject());
  }

  parseDocument(): ParsedDocument {
    this.tokens.skipNewlines();
    const { origin } = this.tokens.peek();
    if (this.tokens.isAt('[')) {
      throw new ConfigError(origin, 'the document is a list; it must be an object');
    }
    const root = this.tokens.isAt('{') ? this.#parseObject() : this.#parseStatements(origin, 'end');
    this.tokens.skipNewlines();
    if (this.tokens.peek().kind !== 'end') {
      throw this.tokens.expected('the end of the document');
    }
    return { root, includes: this.#includes };
  }

  #parseObject(): ObjectSyntax {
    const { origin } = this.tokens.next();
    return this.#nesting.within(origin, () => this.#parseStatements(origin, '}'));
  }

  #parseStatements(origin: Origin, close: '}' | 'end'): ObjectSyntax {
    const statements: Statement[] = [];
    for (;;) {
      this.tokens.skipNewlines();
      if (this.#takeClose(origin, close)) {
        return { kind: 'object', statements, origin };
      }
      statements.push(this.#parseStatement());
      if (!this.tokens.skipSeparator() && !this.tokens.isAt('}') && this.tokens.peek().kind !== 'end') {
        throw this.tokens.expected("a comma, a new line or '}'");
      }
    }
  }

  #takeClose(origin: Origin, close: '}' | 'end'): boolean {
    const token = this.tokens.peek();
    if (token.kind === 'end') {
      if (close === '}') {
        throw new ConfigError(origin, "a '{' is never closed");
      }
      return true;
    }
    if (!this.tokens.isAt('}')) {
      return false;
    }
    if (close === 'end') {
      throw new ConfigError(token.origin, "a '}' closes nothing");
    }
    this.tokens.next();
    return true;
  }

  #parseStatement(): Statement {
    const token = this.tokens.peek();
    if (!isIncludeWord(token)) {
      return this.#parseField(token.origin);
    }
    this.tokens.next();
    const include = parseInclude(this.tokens, token.origin);
    this.#includes.push(include);
    return include;
  }

  #parseField(origin: Origin): FieldStatement {
    const key: Token[] = [];
    while (this.tokens.peek().kind === 'scalar') {
      key.push(this.tokens.next());
    }
    if (key.length === 0) {
      throw this.tokens.expected('a key');
    }
    const path = parseKeyPath(key, origin);
    if (this.tokens.isAt('{')) {
      return { kind: 'field', path, isAppend: false, value: this.#parseObject(), origin };
    }
    const isAppend = this.tokens.takeIf('+=');
    if (!isAppend && !this.tokens.takeIf('=') && !this.tokens.takeIf(':')) {
      throw this.tokens.expected("'=', ':', '+=' or '{' after a key");
    }
    return { kind: 'field', path, isAppend, value: this.#values.parseValue(), origin };
  }
}

function isIncludeWord(token: Token): boolean {
  return (
    token.kind === 'scalar' &&
    !token.isQuoted &&
    token.scalar.kind === 'string' &&
    token.scalar.text === 'include'
  );
}
