import { status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import {
  AgreeableProxy,
  ProxyThatHangsOnPaths,
  SilentProxy,
  UnreachableProxy,
} from '../testing/fake-proxy-clients.js';
import { connect, onFakeClock, pass } from '../testing/connections-on-fake-clock.js';

onFakeClock();

describe('while a less preferred proxy serves', () => {
  test('the preferred ones are tried, and the first that serves takes over before the old one is left', async () => {
    const { connection, dialled, met, lines } = connect(
      ['a', 'b', 'c'],
      new UnreachableProxy(),
      new UnreachableProxy(),
      new AgreeableProxy(),
      new UnreachableProxy(),
    );
    await pass();
    const before = connection.state;
    const [, , old, , better] = (await pass(24_999), await pass(1), met);

    expect(before).toMatchObject({ kind: 'serving', proxy: 'c:1' });
    expect(dialled).toEqual(['a:1', 'b:1', 'c:1', 'a:1', 'b:1']);
    expect(connection.state).toMatchObject({ kind: 'serving', proxy: 'b:1' });
    expect([better?.isClosed, old?.responses.isHalfClosed]).toEqual([false, false]);
    vi.useRealTimers();
    await vi.waitFor(() => expect(old?.isClosed).toBe(true));
    vi.useFakeTimers();
    expect(old?.responses.isHalfClosed).toBe(true);
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  test('the agent moves at most once a minute', async () => {
    const { connection, dialled, met } = connect(
      ['a', 'b'],
      new UnreachableProxy(),
      new AgreeableProxy(),
      new AgreeableProxy(),
      new UnreachableProxy(),
    );
    await pass(25_000);
    const moved = connection.state;

    met[2]?.read.end({ code: status.UNAVAILABLE, words: 'gone' });
    await pass(70_000);
    const withinTheMinute = [...dialled];
    await pass(10_000);

    expect(moved).toMatchObject({ kind: 'serving', proxy: 'a:1' });
    expect(withinTheMinute).toEqual(['a:1', 'b:1', 'a:1', 'a:1', 'b:1']);
    expect(dialled).toEqual([...withinTheMinute, 'a:1']);
  });

  test.each(['close', 'drain'] as const)(
    'a look that is under way ends when the agent leaves: %s',
    async (leave) => {
      const { connection, met } = connect(
        ['a', 'b'],
        new UnreachableProxy(),
        new AgreeableProxy(),
        new ProxyThatHangsOnPaths(),
      );
      await pass(25_000);
      const looking = met[2]?.isClosed;

      vi.useRealTimers();
      await connection[leave](1_000);
      vi.useFakeTimers();

      expect([looking, connection.state.kind]).toEqual([false, 'closed']);
      expect(met.map(({ isClosed }) => isClosed)).toEqual([true, true, true]);
    },
  );

  test('a look that is under way ends with the session, and a new round begins', async () => {
    const { connection, met, dialled } = connect(
      ['a', 'b'],
      new UnreachableProxy(),
      new AgreeableProxy(),
      new SilentProxy(),
    );
    await pass(25_000);

    met[1]?.read.end({ code: status.UNAVAILABLE, words: 'gone' });
    await pass(600);

    expect(met[2]?.isClosed).toBe(true);
    expect(dialled).toEqual(['a:1', 'b:1', 'a:1', 'a:1']);
    expect(connection.state).toMatchObject({ kind: 'serving', proxy: 'a:1' });
  });
});
