import type { Bound } from '@app/operations';
import type { StreamSession } from '../agents/stream-session.js';

/**
 * The session that a call with chunks belongs to: the one whose id came first on it. A call of its own for a large body
 * counts against what one agent may send at once, until it is released.
 */
export class CallOwner {
  private current: StreamSession | undefined;

  /** @param largeBodyBound - for a call with one large body; undefined for a shared call */
  constructor(private readonly largeBodyBound: Bound | undefined) {}

  get session(): StreamSession | undefined {
    return this.current;
  }

  /** False when the session sends as many large bodies as it may. */
  claim(session: StreamSession): boolean {
    if (this.current === session) {
      return true;
    }
    if (this.largeBodyBound?.admits(session.largeBodies + 1) === false) {
      return false;
    }
    this.release();
    this.current = session;
    session.largeBodies += this.weight;
    return true;
  }

  release(): void {
    if (this.current !== undefined) {
      this.current.largeBodies -= this.weight;
    }
    this.current = undefined;
  }

  private get weight(): number {
    return this.largeBodyBound === undefined ? 0 : 1;
  }
}
