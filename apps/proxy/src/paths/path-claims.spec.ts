import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentSession, SessionEnd } from '../agents/agent-session.js';
import { FakeSession, type FakeSessionSettings } from '../testing/fake-session.js';
import { aRegistration } from '../testing/registrations.js';
import { PathClaims, type ClaimSessions } from './path-claims.js';
import { PathTable } from './path-table.js';

/** Sessions whose holders are alive or dead as the test says, and end as the registry ends them. */
class FakeSessions implements ClaimSessions {
  readonly ended: { session: AgentSession; end: SessionEnd }[] = [];
  probes = 0;
  answer: (holder: AgentSession) => Promise<boolean> = () => Promise.resolve(true);

  constructor(private readonly table: PathTable) {}

  isAlive(holder: AgentSession): Promise<boolean> {
    this.probes += 1;
    return this.answer(holder);
  }

  end(session: AgentSession, end: SessionEnd): void {
    if (!session.isEnded) {
      (session as FakeSession).isEnded = true;
      this.table.removeSession(session);
      this.ended.push({ session, end });
    }
  }
}

describe('claims to a path that another plain agent holds', () => {
  let table: PathTable;
  let sessions: FakeSessions;
  let conflicts: string[];
  let holder: FakeSession;

  beforeEach(() => {
    table = new PathTable({ maxPaths: 10, maxPathsPerAgent: 10 });
    sessions = new FakeSessions(table);
    conflicts = [];
    holder = new FakeSession({ name: 'holder', launchId: 'h' });
    table.claim(aRegistration(holder, 'app'));
  });

  const claimsWith = (policy: 'keep' | 'takeover'): PathClaims =>
    new PathClaims(table, policy, sessions, ({ session }, held) =>
      conflicts.push(`${session.agent.name} against ${held.agent.name}`),
    );
  const newcomer = (settings: FakeSessionSettings = {}): FakeSession =>
    new FakeSession({ name: 'newcomer', launchId: 'n', ...settings });
  const holderOf = (path: string): AgentSession | undefined => table.find(path)?.registrations[0]?.session;

  it('are refused when the holder is of another identity, without a probe, whatever the policy', async () => {
    const claim = aRegistration(newcomer({ identity: 'b', launchId: 'h' }), 'app');

    const answers = [await claimsWith('keep').claim(claim), await claimsWith('takeover').claim(claim)];

    const refused = { isValid: false, reason: 'Path /app is held by an agent of another identity' };
    expect(answers).toEqual([refused, refused]);
    expect([sessions.probes, holderOf('app')]).toEqual([0, holder]);
  });

  it('take over at once, without a probe, when they come from the same process', async () => {
    table.claim(aRegistration(holder, 'other'));
    const sameProcess = newcomer({ launchId: 'h' });

    const answer = await claimsWith('keep').claim(aRegistration(sameProcess, 'app'));

    expect(answer).toEqual({ isValid: true, isStandby: false });
    expect(holderOf('app')).toBe(sameProcess);
    expect(sessions.ended).toEqual([
      { session: holder, end: expect.objectContaining({ cause: 'displaced' }) as SessionEnd },
    ]);
    expect([sessions.probes, conflicts]).toEqual([0, []]);
  });

  it('do not take an empty launch id for the same process', async () => {
    table.removeSession(holder);
    table.claim(aRegistration(new FakeSession({ name: 'nameless' }), 'app'));

    await claimsWith('keep').claim(aRegistration(newcomer({ launchId: '' }), 'app'));

    expect([sessions.probes, sessions.ended]).toEqual([1, []]);
  });

  it('succeed when the holder is dead, whose session ends', async () => {
    sessions.answer = () => Promise.resolve(false);
    const live = newcomer();

    const answer = await claimsWith('keep').claim(aRegistration(live, 'app'));

    expect(answer).toEqual({ isValid: true, isStandby: false });
    expect(holderOf('app')).toBe(live);
    expect(sessions.ended.map(({ session }) => session)).toEqual([holder]);
    expect(conflicts).toEqual([]);
  });

  it('are refused with the holder named when it is alive and the newcomer can try again', async () => {
    const modern = newcomer({ capabilities: ['draining'] });

    const answer = await claimsWith('keep').claim(aRegistration(modern, 'app'));

    expect(answer).toEqual({
      isValid: false,
      reason: 'Path /app is held by agent holder on host, which is alive',
    });
    expect([holderOf('app'), table.countOf(modern)]).toEqual([holder, 0]);
    expect(conflicts).toEqual(['newcomer against holder']);
  });

  it('make an older newcomer a standby while the holder is alive', async () => {
    const older = newcomer();

    const answer = await claimsWith('keep').claim(aRegistration(older, 'app'));

    expect(answer).toEqual({ isValid: true, isStandby: true });
    expect(holderOf('app')).toBe(holder);
    table.removeSession(holder);
    expect(holderOf('app')).toBe(older);
  });

  it('take over from a live holder under the policy of the reference, and end it when it has no path left', async () => {
    const last = newcomer();

    const answer = await claimsWith('takeover').claim(aRegistration(last, 'app'));

    expect(answer).toEqual({ isValid: true, isStandby: false });
    expect(holderOf('app')).toBe(last);
    expect(sessions.ended.map(({ session }) => session)).toEqual([holder]);
    expect([conflicts, sessions.probes]).toEqual([['newcomer against holder'], 0]);
  });

  it('find the path free when the holder left while it was probed', async () => {
    sessions.answer = (held) => {
      sessions.end(held, { cause: 'disconnected', words: 'gone' });
      return Promise.resolve(true);
    };
    const live = newcomer({ capabilities: ['draining'] });

    const answer = await claimsWith('keep').claim(aRegistration(live, 'app'));

    expect(answer).toEqual({ isValid: true, isStandby: false });
    expect(conflicts).toEqual([]);
  });

  it.each([
    ['that can try again', newcomer({ capabilities: ['draining'] })],
    ['that is older', newcomer()],
  ])(
    'of a session %s and ended while the holder was probed leave nothing behind',
    async (_title, session) => {
      sessions.answer = () => {
        session.isEnded = true;
        return Promise.resolve(true);
      };

      const answer = await claimsWith('keep').claim(aRegistration(session, 'app'));

      expect(answer).toEqual({
        isValid: false,
        reason: `Agent context ${session.id} was invalidated during registration of /app`,
      });
      expect(table.countOf(session)).toBe(0);
    },
  );

  it('are answered in the end when the holder keeps changing', async () => {
    sessions.answer = (held) => {
      table.removeSession(held);
      table.claim(aRegistration(new FakeSession({ name: 'next', launchId: crypto.randomUUID() }), 'app'));
      return Promise.resolve(true);
    };

    const answer = await claimsWith('keep').claim(
      aRegistration(newcomer({ capabilities: ['draining'] }), 'app'),
    );

    expect(answer.isValid).toBe(false);
    expect(sessions.probes).toBe(3);
  });
});
