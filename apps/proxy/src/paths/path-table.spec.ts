import { beforeEach, describe, expect, it } from 'vitest';
import { FakeSession } from '../testing/fake-session.js';
import { aRegistration } from '../testing/registrations.js';
import { PathTable } from './path-table.js';

const LIMITS = { maxPaths: 3, maxPathsPerAgent: 2 };

describe('the path table', () => {
  let table: PathTable;
  let first: FakeSession;
  let second: FakeSession;

  beforeEach(() => {
    table = new PathTable(LIMITS);
    first = new FakeSession({ name: 'first' });
    second = new FakeSession({ name: 'second' });
  });

  const holdersOf = (path: string): string[] =>
    (table.find(path)?.registrations ?? []).map(({ session }) => session.agent.name);
  const standbysOf = (path: string): string[] =>
    (table.find(path)?.standbys ?? []).map(({ session }) => session.agent.name);

  it('gives out path ids from 0, each once', () => {
    expect([table.takePathId(), table.takePathId(), table.takePathId()]).toEqual([0, 1, 2]);
  });

  it('keeps what an agent said last of a path that it registers twice', () => {
    table.claim(aRegistration(first, 'app', { labels: { a: '1' } }));

    const outcome = table.claim(aRegistration(first, 'app', { labels: { a: '2' } }));

    expect(outcome).toEqual({ kind: 'added' });
    expect(table.find('app')?.registrations).toEqual([
      expect.objectContaining({ session: first, labels: { a: '2' } }),
    ]);
    expect(table.countOf(first)).toBe(1);
  });

  it('says who holds a plain path that another agent claims', () => {
    table.claim(aRegistration(first, 'app'));

    const outcome = table.claim(aRegistration(second, 'app'));

    expect(outcome).toEqual({ kind: 'held', holder: first });
    expect(holdersOf('app')).toEqual(['first']);
    expect(table.countOf(second)).toBe(0);
  });

  it('shares a path among consolidated agents, in order, and counts it once', () => {
    const agents = ['a', 'b'].map((name) => new FakeSession({ name, isConsolidated: true }));

    agents.forEach((agent) => table.claim(aRegistration(agent, 'app')));
    table.claim(aRegistration(agents[0]!, 'app'));

    expect(holdersOf('app')).toEqual(['a', 'b']);
    expect(table.size).toBe(1);
  });

  it('refuses the second kind of agent on a path', () => {
    const consolidated = new FakeSession({ isConsolidated: true });
    table.claim(aRegistration(first, 'plain'));
    table.claim(aRegistration(consolidated, 'shared'));

    const onPlain = table.claim(aRegistration(consolidated, 'plain'));
    const onShared = table.claim(aRegistration(second, 'shared'));

    expect(onPlain).toEqual({
      kind: 'refused',
      reason: 'Consolidated agent rejected for non-consolidated path /plain',
    });
    expect(onShared).toEqual({
      kind: 'refused',
      reason: 'Non-consolidated agent rejected for consolidated path /shared',
    });
  });

  it('holds as many paths of one agent as it may, standbys included', () => {
    table.claim(aRegistration(second, 'held'));
    table.claim(aRegistration(first, 'a'));
    table.addStandby(aRegistration(first, 'held'));

    const outcome = table.claim(aRegistration(first, 'b'));
    const again = table.claim(aRegistration(first, 'a'));

    expect(outcome).toEqual({ kind: 'refused', reason: expect.stringMatching(/at most 2 paths/) as string });
    expect(again).toEqual({ kind: 'added' });
  });

  it('holds as many paths of all agents as it may', () => {
    table.claim(aRegistration(first, 'a'));
    table.claim(aRegistration(first, 'b'));
    table.claim(aRegistration(second, 'c'));

    const outcome = table.claim(aRegistration(second, 'd'));
    table.remove('a', first);
    const later = table.claim(aRegistration(second, 'd'));

    expect(outcome).toEqual({ kind: 'refused', reason: expect.stringMatching(/as many paths/) as string });
    expect(later).toEqual({ kind: 'added' });
  });

  it.each([
    ['a path that nobody has', 'none', 'Unable to remove path /none - path not found'],
    ['a path of another agent', 'app', /^Unable to remove path \/app - invalid agentId: [0-9a-f-]{36}$/],
  ])('does not remove %s', (_title, path, reason) => {
    table.claim(aRegistration(first, 'app'));

    const outcome = table.remove(path, second);

    expect(outcome).toMatch(reason);
    expect(holdersOf('app')).toEqual(['first']);
  });

  it('leaves a shared path to the others when one agent removes it', () => {
    const agents = ['a', 'b'].map((name) => new FakeSession({ name, isConsolidated: true }));
    agents.forEach((agent) => table.claim(aRegistration(agent, 'app')));

    const reason = table.remove('app', agents[0]!);

    expect(reason).toBeUndefined();
    expect(holdersOf('app')).toEqual(['b']);
  });

  it('promotes the standby that came first when the holder leaves or gives the path back', () => {
    const third = new FakeSession({ name: 'third' });
    table.claim(aRegistration(first, 'app'));
    table.addStandby(aRegistration(second, 'app'));
    table.addStandby(aRegistration(third, 'app'));

    const gone = table.removeSession(first);
    const afterLeaving = holdersOf('app');
    table.remove('app', second);

    expect(gone).toEqual([]);
    expect(afterLeaving).toEqual(['second']);
    expect(holdersOf('app')).toEqual(['third']);
    expect(standbysOf('app')).toEqual([]);
  });

  it('has one standby per agent, however often it asks', () => {
    table.claim(aRegistration(first, 'app'));

    table.addStandby(aRegistration(second, 'app'));
    table.addStandby(aRegistration(second, 'app'));

    expect(standbysOf('app')).toEqual(['second']);
    expect(table.countOf(second)).toBe(1);
  });

  it('makes a standby the holder when the path became free meanwhile', () => {
    table.addStandby(aRegistration(first, 'app'));

    expect(holdersOf('app')).toEqual(['first']);
  });

  it('says what is no longer served when a session goes, and forgets the session', () => {
    table.claim(aRegistration(first, 'a'));
    table.claim(aRegistration(first, 'b'));
    table.claim(aRegistration(second, 'c'));
    table.addStandby(aRegistration(second, 'a'));

    const gone = table.removeSession(first);

    expect(gone.map(({ path }) => path)).toEqual(['b']);
    expect([table.size, table.countOf(first)]).toEqual([2, 0]);
  });

  it('gives a path to the one who takes it over, and says who has none left', () => {
    table.claim(aRegistration(first, 'app'));
    table.claim(aRegistration(first, 'other'));

    const stillServing = table.takeOver(aRegistration(second, 'app'));
    const pathless = table.takeOver(aRegistration(second, 'other'));

    expect(stillServing).toEqual([]);
    expect(pathless).toEqual([first]);
    expect([holdersOf('app'), holdersOf('other')]).toEqual([['second'], ['second']]);
  });

  it('keeps those who wait when a path is taken over, but not the one who took it', () => {
    const third = new FakeSession({ name: 'third' });
    table.claim(aRegistration(first, 'app'));
    table.addStandby(aRegistration(second, 'app'));
    table.addStandby(aRegistration(third, 'app'));

    table.takeOver(aRegistration(second, 'app'));

    expect([holdersOf('app'), standbysOf('app')]).toEqual([['second'], ['third']]);
  });

  it('holds nothing when everybody has left', () => {
    table.claim(aRegistration(first, 'a'));
    table.addStandby(aRegistration(second, 'a'));
    table.takeOver(aRegistration(second, 'a'));

    [first, second].forEach((session) => table.removeSession(session));

    expect([table.size, table.countOf(first), table.countOf(second)]).toEqual([0, 0, 0]);
  });
});
