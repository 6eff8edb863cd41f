import { beforeEach, describe, expect, it } from 'vitest';
import { type Base, BaseStore } from './base-store.js';

const OVERHEAD = 512;
const base = (id: string, byteCount = 1_000): Base => ({
  id,
  bytes: Buffer.alloc(byteCount),
  contentType: '',
});

describe('the store of bases', () => {
  const session = {};
  const other = {};
  let store: BaseStore;

  beforeEach(() => {
    store = new BaseStore(3 * (1_000 + OVERHEAD), 2);
  });

  const idsOf = (key: string, owner: object = session): string[] => {
    const loan = store.borrow(owner, key);
    loan.giveBack();
    return loan.bases.map(({ id }) => id);
  };

  it('lends the bases of a key, newest first, and no others', () => {
    store.put(session, 'a', base('1'));
    store.put(session, 'a', base('2'));
    store.put(session, 'b', base('3'));

    expect([idsOf('a'), idsOf('b'), idsOf('a', other)]).toEqual([['2', '1'], ['3'], []]);
  });

  it('keeps the newest of a key only', () => {
    ['1', '2', '3'].forEach((id) => store.put(session, 'a', base(id)));

    expect([idsOf('a'), store.evictionCount]).toEqual([['3', '2'], 0]);
  });

  it('holds a body that comes again once, as the newest', () => {
    ['1', '2', '1'].forEach((id) => store.put(session, 'a', base(id)));

    expect([idsOf('a'), store.count]).toEqual([['1', '2'], 2]);
  });

  it('stays within its bound: what was not used for longest makes room', () => {
    ['a', 'b', 'c'].forEach((key) => store.put(session, key, base(key)));
    idsOf('a');

    store.put(session, 'd', base('d'));

    expect([idsOf('a'), idsOf('b'), idsOf('c'), idsOf('d')]).toEqual([['a'], [], ['c'], ['d']]);
    expect([store.evictionCount, store.usedBytes]).toEqual([1, 3 * (1_000 + OVERHEAD)]);
  });

  it('does not keep what is larger than all of it, and lets go of what that replaces', () => {
    store.put(session, 'a', base('1'));

    store.put(session, 'a', base('2', 10_000));

    expect([idsOf('a'), idsOf('b')]).toEqual([['1'], []]);
  });

  it('never evicts what is on loan, and takes nothing in where that leaves no room', () => {
    ['a', 'b', 'c'].forEach((key) => store.put(session, key, base(key)));
    const loans = ['a', 'b', 'c'].map((key) => store.borrow(session, key));

    store.put(session, 'd', base('d'));
    expect([idsOf('d'), store.evictionCount]).toEqual([[], 0]);

    loans.forEach((loan) => loan.giveBack());
    store.put(session, 'd', base('d'));
    expect([idsOf('d'), store.evictionCount]).toEqual([['d'], 1]);
  });

  it('counts what was replaced while on loan until it is given back, once', () => {
    store.put(session, 'a', base('1'));
    const loan = store.borrow(session, 'a');
    store.forget(session, 'a');
    expect([loan.bases.length, store.count]).toEqual([1, 1]);

    loan.giveBack();
    loan.giveBack();

    expect([store.count, store.usedBytes]).toEqual([0, 0]);
  });

  it('drops what is older than a base the peer has', () => {
    ['1', '2'].forEach((id) => store.put(session, 'a', base(id)));

    store.forgetBefore(session, 'a', 'unknown');
    expect(idsOf('a')).toEqual(['2', '1']);
    store.forgetBefore(session, 'a', '2');
    expect([idsOf('a'), store.count]).toEqual([['2'], 1]);
  });

  it('drops all bases of an owner that has gone, and takes none from it any more', () => {
    store.put(session, 'a', base('1'));
    store.put(session, 'b', base('2'));
    store.put(other, 'a', base('3'));

    store.dropOwner(session);
    store.put(session, 'a', base('4'));

    expect([idsOf('a'), idsOf('a', other), store.count]).toEqual([[], ['3'], 1]);
  });

  it('keeps nothing when it has no bytes', () => {
    store = new BaseStore(0, 2);

    store.put(session, 'a', base('1', 0));

    expect([store.isOn, idsOf('a'), store.count]).toEqual([false, [], 0]);
  });

  it('counts many empty bodies, too', () => {
    for (let at = 0; at < 100; at += 1) {
      store.put(session, `key ${at}`, base('empty', 0));
    }

    expect(store.count).toBe(Math.floor((3 * (1_000 + OVERHEAD)) / OVERHEAD));
  });

  describe('lets bytes go', () => {
    let gone: Buffer[];
    const sizes = (): number[] => gone.map(({ length }) => length);

    beforeEach(() => {
      gone = [];
      store = new BaseStore(10_000, 1, (bytes) => gone.push(bytes));
    });

    it.each([
      ['replaced', () => store.put(session, 'a', base('2', 3_000))],
      ['forgotten', () => store.forget(session, 'a')],
      ['evicted', () => store.put(session, 'b', base('2', 9_000))],
      ['without an owner', () => store.dropOwner(session)],
    ])('when they are %s, and whoever gave them has read them', (_what, drop) => {
      const readOut = store.put(session, 'a', base('1', 2_000));

      drop();
      const before = sizes();
      readOut(true);
      readOut(true);

      expect([before, sizes()]).toEqual([[], [2_000]]);
    });

    it('no sooner than they are replaced, when they were read before', () => {
      store.put(session, 'a', base('1', 2_000))(true);
      const before = sizes();

      store.put(session, 'a', base('2', 3_000));

      expect([before, sizes()]).toEqual([[], [2_000]]);
    });

    it('no sooner than their loans are given back', () => {
      store.put(session, 'a', base('1', 2_000))(true);
      const loans = [store.borrow(session, 'a'), store.borrow(session, 'a')];
      store.put(session, 'a', base('2', 3_000));
      loans[0]!.giveBack();
      const before = sizes();

      loans[1]!.giveBack();

      expect([before, sizes(), store.count]).toEqual([[], [2_000], 1]);
      expect(store.usedBytes).toBe(3_000 + OVERHEAD);
    });

    it('never when somebody may still read them', () => {
      const readOut = store.put(session, 'a', base('1', 2_000));

      readOut(false);
      store.forget(session, 'a');

      expect(gone).toEqual([]);
    });

    it.each([
      ['there is no room', 'b', base('2', 20_000)],
      ['the same body is held already', 'a', base('1', 2_000)],
    ])('at once when they are not kept: %s', (_why, key, given) => {
      store.put(session, 'a', base('1', 2_000));

      store.put(session, key, given)(true);

      expect(gone).toEqual([given.bytes]);
    });

    it('that were copied out of a larger buffer at once, and their copy later', () => {
      const bytes = Buffer.alloc(9_000).subarray(0, 2_000);

      store.put(session, 'a', { id: '1', bytes, contentType: '' })(true);
      const before = [...gone];
      store.forget(session, 'a');

      expect(before).toEqual([bytes]);
      expect(gone[1]?.buffer.byteLength).toBe(2_000);
    });
  });
});
