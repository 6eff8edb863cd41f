import { isUtf8 } from 'node:buffer';

const NOTHING = Buffer.alloc(0);

/** Tells whether bytes that come in pieces are valid UTF-8, wherever the pieces are cut. */
export class Utf8Check {
  /** The beginning of a character that the last piece did not finish: at most three bytes. */
  #begun: Buffer = NOTHING;

  /** Whether all is valid so far. */
  push(piece: Buffer): boolean {
    const bytes = this.#begun.length === 0 ? piece : Buffer.concat([this.#begun, piece]);
    const end = bytes.length - unfinishedBytes(bytes);
    this.#begun = bytes.subarray(end);
    return isUtf8(bytes.subarray(0, end));
  }

  /** Whether the end is not the middle of a character. */
  finish(): boolean {
    return this.#begun.length === 0;
  }
}

/** How many bytes at the end begin a character that needs more than are there; 0 when none does. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) {
      return back < lengthOfCharacter(byte) ? back : 0;
    }
    if (byte < 0x80) {
      return 0;
    }
  }
  return 0;
}

function lengthOfCharacter(lead: number): number {
  if (lead >= 0xf0) {
    return 4;
  }
  return lead >= 0xe0 ? 3 : 2;
}
