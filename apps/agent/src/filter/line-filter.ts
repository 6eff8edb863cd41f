import type { LineJudge } from './line-judge.js';

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/**
 * How much of a line is looked at, in bytes. A line that goes on beyond is judged by its beginning, so no more
 * than this is ever held back.
 */
export const MAX_HEAD_BYTES = 4096;

/**
 * Takes the lines a judge does not keep out of an exposition that comes in pieces. What stays is passed on byte
 * for byte and in order, whatever the pieces are. One per body.
 */
export class LineFilter {
  readonly #judge: Pick<LineJudge, 'keeps'>;
  #droppedLines = 0;
  #droppedBytes = 0;
  #isOpen = false;
  /** The beginning of a line of which more must come before it can be judged. */
  #held: Buffer = NOTHING;
  /** What was decided on the line in the middle of which the last piece ended. */
  #isKept: boolean | undefined;

  constructor(judge: Pick<LineJudge, 'keeps'>) {
    this.#judge = judge;
  }

  get droppedLines(): number {
    return this.#droppedLines;
  }

  /** Newlines of dropped lines included. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  /** Keep every line from now on; one that is being dropped is dropped to its end. */
  letPass(): void {
    this.#isOpen = true;
  }

  /** What stays of the next piece: a view of it where that can be. */
  push(piece: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    this.#held = NOTHING;
    return this.#filter(bytes, false);
  }

  /** What stays of the last line, where no newline ends it. */
  finish(): Buffer {
    const bytes = this.#held;
    this.#held = NOTHING;
    return this.#filter(bytes, true);
  }

  #filter(bytes: Buffer, isEnd: boolean): Buffer {
    const kept: Buffer[] = [];
    let from = 0;
    let at = 0;
    while (at < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, at);
      const lineEnd = newline === -1 ? bytes.length : newline;
      if (this.#isKept === undefined && newline === -1 && !isEnd && lineEnd - at < MAX_HEAD_BYTES) {
        this.#held = bytes.subarray(at);
        break;
      }
      const next = newline === -1 ? bytes.length : newline + 1;
      const isKept = this.#isKept ?? this.#decide(bytes.subarray(at, Math.min(lineEnd, at + MAX_HEAD_BYTES)));
      if (!isKept) {
        this.#droppedBytes += next - at;
        kept.push(bytes.subarray(from, at));
        from = next;
      }
      this.#isKept = newline === -1 ? isKept : undefined;
      at = next;
    }
    return joined([...kept, bytes.subarray(from, at)]);
  }

  #decide(head: Buffer): boolean {
    const isKept = this.#isOpen || this.#judge.keeps(head);
    this.#droppedLines += isKept ? 0 : 1;
    return isKept;
  }
}

function joined(runs: Buffer[]): Buffer {
  const filled = runs.filter((run) => run.length > 0);
  const [first = NOTHING] = filled;
  return filled.length > 1 ? Buffer.concat(filled) : first;
}
