import { Bound } from '@app/operations';
import { expect, test } from 'vitest';
import { ScrapesInFlight } from './scrapes-in-flight.js';

test('an id that is under way cannot begin again before it has ended', () => {
  const inFlight = new ScrapesInFlight(new Bound(10));
  inFlight.begin(0);

  const again = inFlight.begin(0);
  inFlight.end(0);
  const afterwards = inFlight.begin(0);

  expect(again).toBe('in_use');
  expect(afterwards).toMatchObject({ isCancelled: false });
});

test('cancelling one scrape leaves the others alone', () => {
  const inFlight = new ScrapesInFlight(new Bound(10));
  const zero = inFlight.begin(0);
  const one = inFlight.begin(1);

  inFlight.cancel(0);
  inFlight.cancel(7);

  expect([zero, one]).toMatchObject([{ isCancelled: true }, { isCancelled: false }]);
});

test('idle is told when the last scrape ends, and at once when there is none', async () => {
  const inFlight = new ScrapesInFlight(new Bound(10));
  inFlight.begin(1);
  inFlight.begin(2);
  let isIdle = false;
  const idle = inFlight.whenIdle().then(() => (isIdle = true));

  inFlight.end(1);
  await Promise.resolve();
  const afterOne = isIdle;
  inFlight.end(2);
  await idle;

  expect([afterOne, isIdle, inFlight.count]).toEqual([false, true, 0]);
  await inFlight.whenIdle();
});

test('no more begin than there is room for, and the next when one has ended', () => {
  const inFlight = new ScrapesInFlight(new Bound(2));
  inFlight.begin(0);
  inFlight.begin(1);

  const third = inFlight.begin(2);
  const sameAsFirst = inFlight.begin(0);
  inFlight.end(0);
  const later = inFlight.begin(2);

  expect([third, sameAsFirst, inFlight.count]).toEqual(['full', 'in_use', 2]);
  expect(later).toMatchObject({ isCancelled: false });
});
