import { CharacterReader, isReserved, isSpace } from './characters.js';
import { ConfigError, type Origin } from './config-error.js';
import type { ConfigScalar } from './config-value.js';
import { parseKeyPath } from './key-path.js';
import { parseNumber } from './number-text.js';
import { readQuoted } from './quoted-text.js';
import type { Punctuation, Token } from './tokens.js';

const SINGLES = new Set<string>(['{', '}', '[', ']', ':', '=', ',']);
const NUMBER_CHARACTERS = new Set('0123456789eE+-.');
/** At the beginning of an unquoted text these are a token of their own, whatever follows. */
const WORDS = ['true', 'false', 'null'] as const;

/** The tokens of a document, the last one being its end. @throws {ConfigError} on what no token begins with */
export function readTokens(text: string, source: string): Token[] {
  const lexer = new Lexer(new CharacterReader(text), source);
  const tokens: Token[] = [];
  for (;;) {
    const token = lexer.next();
    tokens.push(token);
    if (token.kind === 'end') {
      return tokens;
    }
  }
}

class Lexer {
  #origin: Origin;
  #isInReference = false;

  constructor(
    private readonly reader: CharacterReader,
    private readonly source: string,
  ) {
    this.#origin = { source, line: 1 };
  }

  next(): Token {
    const gap = this.#takeGap();
    const origin = this.#here();
    const character = this.reader.peek();
    if (character === '') {
      return { kind: 'end', origin, gap };
    }
    if (character === '\n') {
      this.reader.take();
      return { kind: 'newline', origin, gap };
    }
    if (character === '$') {
      return { ...this.#takeReference(origin), origin, gap };
    }
    const punctuation = this.#takePunctuation(character);
    if (punctuation !== undefined) {
      return { kind: 'punctuation', text: punctuation, origin, gap };
    }
    return { ...this.#takeScalar(character, origin), origin, gap };
  }

  /** White space up to the next token; a comment runs to the end of its line. */
  #takeGap(): string {
    const gap = this.reader.takeWhile((character) => character !== '\n' && isSpace(character));
    if (this.reader.startsWith('#') || this.reader.startsWith('//')) {
      this.reader.takeWhile((character) => character !== '\n');
    }
    return gap;
  }

  /** One shared object per line. */
  #here(): Origin {
    if (this.#origin.line !== this.reader.line) {
      this.#origin = { source: this.source, line: this.reader.line };
    }
    return this.#origin;
  }

  #takePunctuation(character: string): Punctuation | undefined {
    if (SINGLES.has(character)) {
      return this.reader.take() as Punctuation;
    }
    return this.reader.startsWith('+=') ? (this.reader.take(2) as Punctuation) : undefined;
  }

  #takeReference(origin: Origin) {
    if (!this.reader.startsWith('${')) {
      throw new ConfigError(origin, "a '$' outside quotes must be followed by '{'; put the text in quotes");
    }
    if (this.#isInReference) {
      throw new ConfigError(origin, 'a substitution cannot hold another one');
    }
    this.reader.take(2);
    const isOptional = this.reader.peek() === '?';
    if (isOptional) {
      this.reader.take();
    }
    this.#isInReference = true;
    const path = parseKeyPath(this.#takeUpToBrace(origin), origin);
    this.#isInReference = false;
    return { kind: 'reference', path, isOptional } as const;
  }

  #takeUpToBrace(origin: Origin): Token[] {
    const tokens: Token[] = [];
    for (;;) {
      const token = this.next();
      if (token.kind === 'punctuation' && token.text === '}') {
        return tokens;
      }
      if (token.kind === 'end' || token.kind === 'newline') {
        throw new ConfigError(origin, "a substitution '${' is not closed with '}' on its line");
      }
      tokens.push(token);
    }
  }

  #takeScalar(character: string, origin: Origin) {
    if (character === '"') {
      const scalar: ConfigScalar = { kind: 'string', text: readQuoted(this.reader, origin), origin };
      return { kind: 'scalar', scalar, isQuoted: true } as const;
    }
    const scalar = /[-0-9]/.test(character) ? this.#takeNumber(origin) : this.#takeUnquoted(origin);
    return { kind: 'scalar', scalar, isQuoted: false } as const;
  }

  /** What begins like a number and is none, such as `1.2.3`, is a text. */
  #takeNumber(origin: Origin): ConfigScalar {
    const text = this.reader.takeWhile((character) => NUMBER_CHARACTERS.has(character));
    const value = parseNumber(text);
    if (value !== undefined) {
      return { kind: 'number', text, value, origin };
    }
    if (text.includes('+')) {
      throw reserved('+', origin);
    }
    return { kind: 'string', text, origin };
  }

  #takeUnquoted(origin: Origin): ConfigScalar {
    const word = WORDS.find((candidate) => this.reader.startsWith(candidate));
    if (word !== undefined) {
      this.reader.take(word.length);
      return wordValue(word, origin);
    }
    const text = this.reader.takeWhile(
      (character, following) =>
        !isReserved(character) && !isSpace(character) && !(character === '/' && following === '/'),
    );
    if (text === '') {
      throw reserved(this.reader.peek(), origin);
    }
    return { kind: 'string', text, origin };
  }
}

const reserved = (character: string, origin: Origin): ConfigError =>
  new ConfigError(origin, `'${character}' is not allowed outside quotes; put the whole text in quotes`);

function wordValue(word: (typeof WORDS)[number], origin: Origin): ConfigScalar {
  return word === 'null' ? { kind: 'null', origin } : { kind: 'boolean', value: word === 'true', origin };
}
