import type { StreamSession } from './stream-session.js';

/** Where a session was opened from, without the port. */
export function addressOf({ peer }: Pick<StreamSession['origin'], 'peer'>): string {
  return peer.replace(/:\d+$/, '');
}

/** How many of these sessions come from the address that has most of them. */
export function mostOfOneAddress(sessions: readonly StreamSession[]): number {
  const byAddress = Map.groupBy(sessions, ({ origin }) => addressOf(origin));
  return Math.max(0, ...[...byAddress.values()].map((of) => of.length));
}
