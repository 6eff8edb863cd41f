import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Link, LinkedList } from './linked-list.js';

test('values leave from anywhere, and the others keep their order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 99 }), { maxLength: 200 }), (actions) => {
      const list = new LinkedList<number>();
      const links: Link<number>[] = [];
      actions.forEach((action, at) => {
        const link = links[action % Math.max(1, links.length)];
        if (link === undefined || action % 2 === 0) {
          links.push(list.add(at));
        } else {
          expect(list.remove(link)).toBe(true);
          expect(list.remove(link)).toBe(false);
          links.splice(links.indexOf(link), 1);
        }
      });

      expect([list.size, list.first]).toEqual([links.length, links[0]?.value]);
      expect(Array.from({ length: links.length + 1 }, () => list.shift())).toEqual([
        ...links.map(({ value }) => value),
        undefined,
      ]);
      expect(list.size).toBe(0);
    }),
  );
});

test('a link of another list is not taken out', () => {
  const [list, other] = [new LinkedList<string>(), new LinkedList<string>()];
  const link = other.add('theirs');

  expect([list.remove(link), other.size]).toEqual([false, 1]);
});
