import { ConfigError, type Origin } from './config-error.js';
import { parseInclude } from './include-statement.js';
import { parseKeyPath } from './key-path.js';
import { readTokens } from './lexer.js';
import { MAX_DEPTH } from './limits.js';
import type {
  FieldStatement,
  IncludeStatement,
  ListSyntax,
  ObjectSyntax,
  ParsedDocument,
  Statement,
  Syntax,
} from './syntax.js';
import { TokenStream } from './token-stream.js';
import type { Token } from './tokens.js';

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
  #depth = 0;

  constructor(private readonly tokens: TokenStream) {}

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
    return this.#nested(origin, () => this.#parseStatements(origin, '}'));
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
    return { kind: 'field', path, isAppend, value: this.#parseValue(), origin };
  }

  /** One value, or several side by side up to the end of the line. */
  #parseValue(): Syntax {
    this.tokens.skipNewlines();
    const { origin } = this.tokens.peek();
    const pieces: Syntax[] = [];
    for (let piece = this.#parsePiece(); piece !== undefined; piece = this.#parsePiece(pieces.at(-1))) {
      pieces.push(...piece);
    }
    const [only] = pieces;
    if (only === undefined) {
      throw this.tokens.expected('a value');
    }
    return pieces.length === 1 ? only : { kind: 'concat', pieces, origin };
  }

  /** The next piece of a value, after the white space before it where that is part of a text. */
  #parsePiece(previous?: Syntax): Syntax[] | undefined {
    const token = this.tokens.peek();
    if (this.tokens.isAt('{')) {
      return [this.#parseObject()];
    }
    if (this.tokens.isAt('[')) {
      return [this.#parseList()];
    }
    if (token.kind !== 'scalar' && token.kind !== 'reference') {
      return undefined;
    }
    this.tokens.next();
    const piece: Syntax =
      token.kind === 'scalar'
        ? token.scalar
        : { kind: 'reference', path: token.path, isOptional: token.isOptional, origin: token.origin };
    const isText = previous !== undefined && previous.kind !== 'object' && previous.kind !== 'list';
    return isText && token.gap !== ''
      ? [{ kind: 'string', text: token.gap, origin: token.origin, isGap: true }, piece]
      : [piece];
  }

  #parseList(): ListSyntax {
    const { origin } = this.tokens.next();
    return this.#nested(origin, () => {
      const items: Syntax[] = [];
      this.tokens.skipNewlines();
      while (!this.tokens.takeIf(']')) {
        if (this.tokens.peek().kind === 'end') {
          throw new ConfigError(origin, "a '[' is never closed");
        }
        items.push(this.#parseValue());
        if (!this.tokens.skipSeparator() && !this.tokens.isAt(']') && this.tokens.peek().kind !== 'end') {
          throw this.tokens.expected("a comma, a new line or ']'");
        }
        this.tokens.skipNewlines();
      }
      return { kind: 'list', items, origin };
    });
  }

  #nested<T>(origin: Origin, parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new ConfigError(origin, `objects and lists nest deeper than ${MAX_DEPTH}`);
    }
    const parsed = parse();
    this.#depth -= 1;
    return parsed;
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
