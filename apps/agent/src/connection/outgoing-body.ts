import { discard } from '@app/operations';

/**
 * A body on its way into a frame, still in the pieces it came in. Who makes one gives the pieces away: each byte is in memory
 * once, in the pieces or in the frame, and in none when the link has taken it.
 */
export class OutgoingBody {
  readonly byteCount: number;
  readonly #pieces: readonly Buffer[];
  #frame: Buffer | undefined;

  /** @param pieces - nobody else reads them, or what shares their memory */
  constructor(pieces: readonly Buffer[]) {
    this.#pieces = pieces;
    this.byteCount = pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** Move the bytes into `frame`, from `at` on; the pieces are empty then. Once. */
  moveTo(frame: Buffer, at: number): void {
    let offset = at;
    for (const piece of this.#pieces) {
      frame.set(piece, offset);
      offset += piece.length;
    }
    discard(this.#pieces);
    this.#frame = frame;
  }

  /** The link has taken the frame, and with it all that is in it: nobody needs its bytes any more. */
  taken(): void {
    if (this.#frame !== undefined) {
      discard([this.#frame]);
    }
  }
}
