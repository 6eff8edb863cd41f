import { ConfigError, type Origin } from './config-error.js';
import { MAX_DEPTH } from './limits.js';
import type { ListSyntax, ObjectSyntax, ReferenceSyntax, Syntax } from './syntax.js';
import type { TokenStream } from './token-stream.js';
import type { Token } from './tokens.js';

/** Counts how deep objects and lists stand in one another. */
export class Nesting {
  #depth = 0;

  /** @throws {ConfigError} when this is one too many */
  within<T>(origin: Origin, parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new ConfigError(origin, `objects and lists nest deeper than ${MAX_DEPTH}`);
    }
    const parsed = parse();
    this.#depth -= 1;
    return parsed;
  }
}

/** Reads what stands after a key or in a list. */
export class ValueParser {
  constructor(
    private readonly tokens: TokenStream,
    private readonly nesting: Nesting,
    /** Reads the object whose brace is next. */
    private readonly parseObject: () => ObjectSyntax,
  ) {}

  /** One value, or several side by side up to the end of the line. */
  parseValue(): Syntax {
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
    if (this.tokens.isAt('{')) {
      return [this.parseObject()];
    }
    if (this.tokens.isAt('[')) {
      return [this.#parseList()];
    }
    const token = this.tokens.peek();
    const piece = simplePiece(token);
    if (piece === undefined) {
      return undefined;
    }
    this.tokens.next();
    const isAfterText = previous !== undefined && previous.kind !== 'object' && previous.kind !== 'list';
    return isAfterText && token.gap !== ''
      ? [{ kind: 'string', text: token.gap, origin: token.origin, isGap: true }, piece]
      : [piece];
  }

  #parseList(): ListSyntax {
    const { origin } = this.tokens.next();
    return this.nesting.within(origin, () => {
      const items: Syntax[] = [];
      this.tokens.skipNewlines();
      while (!this.tokens.takeIf(']')) {
        if (this.tokens.peek().kind === 'end') {
          throw new ConfigError(origin, "a '[' is never closed");
        }
        items.push(this.parseValue());
        this.#passSeparator();
      }
      return { kind: 'list', items, origin };
    });
  }

  #passSeparator(): void {
    const isSeparated = this.tokens.skipSeparator();
    if (!isSeparated && !this.tokens.isAt(']') && this.tokens.peek().kind !== 'end') {
      throw this.tokens.expected("a comma, a new line or ']'");
    }
    this.tokens.skipNewlines();
  }
}

function simplePiece(token: Token): Syntax | undefined {
  if (token.kind === 'scalar') {
    return token.scalar;
  }
  if (token.kind !== 'reference') {
    return undefined;
  }
  const { path, isOptional, origin } = token;
  return { kind: 'reference', path, isOptional, origin } satisfies ReferenceSyntax;
}
