const RESERVED = new Set('$"{}[]:=,+#`^?!@*&\\');

/** Characters that end an unquoted text, white space and comments aside. */
export const isReserved = (character: string): boolean => RESERVED.has(character);

const SPACE = /^\s$/;

/** White space, the new line included, as the JVM and Unicode see it. */
export const isSpace = (character: string): boolean =>
  (character >= '\u001c' && character <= ' ') ||
  ((character < ' ' || character > '~') && SPACE.test(character));

/** Reads characters one after the other, and knows the line. */
export class CharacterReader {
  #at = 0;
  #line = 1;

  constructor(private readonly text: string) {}

  get line(): number {
    return this.#line;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.text.length;
  }

  /** The character `ahead` places on, or the empty text past the end. */
  peek(ahead = 0): string {
    return this.text[this.#at + ahead] ?? '';
  }

  startsWith(expected: string): boolean {
    return this.text.startsWith(expected, this.#at);
  }

  /** Take `count` characters that hold no new line, or exactly one character. */
  take(count = 1): string {
    const taken = this.text.slice(this.#at, this.#at + count);
    this.#at += count;
    if (taken === '\n') {
      this.#line += 1;
    }
    return taken;
  }

  /** Take everything up to `end`, which is left standing; undefined when it never comes. */
  takeUntil(end: string): string | undefined {
    const until = this.text.indexOf(end, this.#at);
    return until === -1 ? undefined : this.#takeTo(until);
  }

  /** Take characters while `accepts` holds; it is told the one after, too. */
  takeWhile(accepts: (character: string, following: string) => boolean): string {
    let until = this.#at;
    while (until < this.text.length && accepts(this.text[until] ?? '', this.text[until + 1] ?? '')) {
      until += 1;
    }
    return this.#takeTo(until);
  }

  #takeTo(until: number): string {
    const taken = this.text.slice(this.#at, until);
    this.#at = until;
    for (let at = taken.indexOf('\n'); at !== -1; at = taken.indexOf('\n', at + 1)) {
      this.#line += 1;
    }
    return taken;
  }
}
