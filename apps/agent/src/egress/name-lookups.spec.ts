import { expect, test } from 'vitest';
import { NameLookups, type Resolve } from './name-lookups.js';

const ADDRESS = { address: '127.0.0.1', family: 4 };

/** Answers when it is told to. */
function slowResolver() {
  const answers: (() => void)[] = [];
  const asked: string[] = [];
  const resolve: Resolve = (host, _options, done) => {
    asked.push(host);
    answers.push(() => done(null, [ADDRESS]));
  };
  return { asked, resolve, answerAll: () => answers.splice(0).forEach((answer) => answer()) };
}

test('a name that is being looked up is not looked up once more; all who asked have the answer', () => {
  const resolver = slowResolver();
  const lookups = new NameLookups(resolver.resolve);
  const seen: unknown[] = [];

  for (let asks = 0; asks < 50; asks += 1) {
    lookups.resolve('slow.test', { all: true }, (_error, addresses) => seen.push(addresses));
  }
  lookups.resolve('other.test', { all: true }, () => undefined);
  expect([resolver.asked, lookups.count]).toEqual([['slow.test', 'other.test'], 2]);
  resolver.answerAll();

  expect(seen).toEqual(Array.from({ length: 50 }, () => [ADDRESS]));
  expect(lookups.count).toBe(0);
});

test('an answer is not kept: the next who asks has a new one', () => {
  const resolver = slowResolver();
  const lookups = new NameLookups(resolver.resolve);

  for (let asks = 0; asks < 2; asks += 1) {
    lookups.resolve('name.test', { all: true }, () => undefined);
    resolver.answerAll();
  }

  expect(resolver.asked).toHaveLength(2);
});

test('IPv4 and IPv6 are asked for apart', () => {
  const resolver = slowResolver();
  const lookups = new NameLookups(resolver.resolve);

  lookups.resolve('name.test', { all: true, family: 4 }, () => undefined);
  lookups.resolve('name.test', { all: true, family: 6 }, () => undefined);

  expect(resolver.asked).toHaveLength(2);
});
