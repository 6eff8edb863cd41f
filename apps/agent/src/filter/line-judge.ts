import type { NameRules } from './name-rules.js';

const HASH = 0x23;
const SPACE = 0x20;
const TAB = 0x09;
const BRACE = 0x7b;
const CARRIAGE_RETURN = 0x0d;

/** `#`, then HELP, TYPE or UNIT, then the name of a family. */
const METADATA = /^#\s*(?:HELP|TYPE|UNIT)[ \t]\s*([^ \t]+)/;
const SUFFIXES = new Set('_bucket _sum _count _created _total _gsum _gcount _info'.split(' '));

/**
 * Decides line by line which lines of one exposition stay.
 *
 * A line of metadata opens its family, and the family is judged once, by its name; its samples follow, those
 * whose name has one of the usual suffixes included. A sample of another name closes the family and is judged
 * by its own name. Blank lines and other comments always stay.
 */
export class LineJudge {
  readonly #rules: NameRules;
  #family: string | undefined;
  #isFamilyKept = true;
  /** The name of the sample before and what became of it: mostly, the next one has the same. */
  #lastName = Buffer.alloc(0);
  #isLastKept: boolean | undefined;

  constructor(rules: NameRules) {
    this.#rules = rules;
  }

  /** @param line - valid UTF-8, without the newline */
  keeps(line: Buffer): boolean {
    const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
    if (line[0] === HASH) {
      return this.#keepsComment(line.toString('utf8', 0, end));
    }
    return this.#keepsSample(line, end);
  }

  #keepsComment(text: string): boolean {
    const family = METADATA.exec(text)?.[1];
    if (family === undefined) {
      return true;
    }
    if (family !== this.#family) {
      this.#family = family;
      this.#isFamilyKept = this.#rules.keeps(family);
      this.#isLastKept = undefined;
    }
    return this.#isFamilyKept;
  }

  #keepsSample(line: Buffer, end: number): boolean {
    const nameEnd = endOfName(line, end);
    if (this.#isLastKept !== undefined && isSame(line, nameEnd, this.#lastName)) {
      return this.#isLastKept;
    }
    if (mayBeBlank(line[0]) && line.toString('utf8', 0, end).trim() === '') {
      return true;
    }
    const name = line.toString('utf8', 0, nameEnd);
    this.#isLastKept = this.#keepsName(name);
    this.#lastName = Buffer.from(name, 'utf8');
    return this.#isLastKept;
  }

  #keepsName(name: string): boolean {
    if (this.#family !== undefined && belongsTo(name, this.#family)) {
      return this.#isFamilyKept;
    }
    this.#family = undefined;
    return this.#rules.keeps(name);
  }
}

/** Whether a line that begins with this byte can be nothing but white space. */
function mayBeBlank(first: number | undefined): boolean {
  return first === undefined || first <= SPACE || first >= 0x80;
}

function endOfName(line: Buffer, end: number): number {
  for (let at = 0; at < end; at += 1) {
    const byte = line[at];
    if (byte === BRACE || byte === SPACE || byte === TAB) {
      return at;
    }
  }
  return end;
}

function isSame(line: Buffer, nameEnd: number, name: Buffer): boolean {
  return nameEnd > 0 && nameEnd === name.length && line.compare(name, 0, nameEnd, 0, nameEnd) === 0;
}

function belongsTo(name: string, family: string): boolean {
  return (
    name.startsWith(family) && (name.length === family.length || SUFFIXES.has(name.slice(family.length)))
  );
}
