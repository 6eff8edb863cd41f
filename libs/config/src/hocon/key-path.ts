import { ConfigError, type Origin } from './config-error.js';
import { scalarText } from './config-value.js';
import { MAX_DEPTH } from './limits.js';
import { describeToken, type Token } from './tokens.js';

/**
 * The keys of a path expression such as `a."b.c".d e`: dots outside quotes separate, white space inside counts.
 *
 * @throws {ConfigError} on an empty key without quotes, on anything but texts, on more than 256 keys
 */
export function parseKeyPath(tokens: readonly Token[], origin: Origin): string[] {
  const path = new PathBuilder(origin);
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'scalar') {
      throw new ConfigError(token.origin, `a key cannot hold ${describeToken(token)}; put it in quotes`);
    }
    path.addText(index > 0 ? token.gap : '');
    if (token.isQuoted) {
      path.addQuoted(scalarText(token.scalar));
    } else {
      path.addDotted(scalarText(token.scalar));
    }
  }
  return path.finish();
}

class PathBuilder {
  readonly #keys: string[] = [];
  #key = '';
  #isQuoted = false;

  constructor(private readonly origin: Origin) {}

  addText(text: string): void {
    this.#key += text;
  }

  addQuoted(text: string): void {
    this.#key += text;
    this.#isQuoted = true;
  }

  addDotted(text: string): void {
    for (const [index, part] of text.split('.').entries()) {
      if (index > 0) {
        this.#endKey();
      }
      this.#key += part;
    }
  }

  finish(): string[] {
    this.#endKey();
    return this.#keys;
  }

  #endKey(): void {
    if (this.#key === '' && !this.#isQuoted) {
      throw new ConfigError(
        this.origin,
        'a key begins or ends with a dot or has two in a row; write "" for an empty key',
      );
    }
    if (this.#keys.push(this.#key) > MAX_DEPTH) {
      throw new ConfigError(this.origin, `a key has more than ${MAX_DEPTH} parts`);
    }
    this.#key = '';
    this.#isQuoted = false;
  }
}
