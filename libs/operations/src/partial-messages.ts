import { constants, type Http2Stream } from 'node:http2';
import { Bound } from './bound.js';
import { MessageFraming } from './message-framing.js';

/**
 * What arrived of gRPC messages that are not complete yet, over all calls that are followed: at most so many bytes.
 *
 * Where there is no room for more, the call whose message has been on its way for longest ends. Whoever means well needs
 * moments for a message; who lets many drip makes room for the others.
 */
export class PartialMessages {
  readonly bound: Bound;
  /** The one that began first comes first. */
  private readonly keptOf = new Map<Http2Stream, number>();
  private heldBytes = 0;

  /** @param onEnded - told of each call that was ended for want of room */
  constructor(
    maxBytes: number,
    private readonly onEnded: (stream: Http2Stream) => void = () => undefined,
  ) {
    this.bound = new Bound(maxBytes);
  }

  /** Bytes held now, with what it costs to hold them. */
  get held(): number {
    return this.heldBytes;
  }

  /** Count what arrives on this call, from its beginning on. */
  follow(stream: Http2Stream): void {
    const framing = new MessageFraming();
    const push = stream.push.bind(stream);
    // Neither Node nor gRPC tells of the pieces of a message; a listener of our own would set the stream in motion.
    const counted = (piece: Uint8Array | null, encoding?: BufferEncoding): boolean => {
      if (piece !== null && !stream.closed) {
        framing.take(piece);
        this.keep(stream, framing.keptBytes);
      }
      return push(piece, encoding);
    };
    // Not in one: V8 allocates a function that is written behind `=` of a property as old, and the call it holds grows old with it.
    stream.push = counted;
    stream.once('close', () => this.forget(stream));
  }

  private keep(stream: Http2Stream, bytes: number): void {
    if (bytes === 0) {
      this.forget(stream);
      return;
    }
    this.heldBytes += bytes - (this.keptOf.get(stream) ?? 0);
    this.keptOf.set(stream, bytes);
    while (!this.bound.admits(this.heldBytes)) {
      this.endOldest();
    }
  }

  private endOldest(): void {
    const [oldest] = this.keptOf.keys();
    if (oldest !== undefined) {
      this.forget(oldest);
      this.onEnded(oldest);
      oldest.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    }
  }

  private forget(stream: Http2Stream): void {
    this.heldBytes -= this.keptOf.get(stream) ?? 0;
    this.keptOf.delete(stream);
  }
}
