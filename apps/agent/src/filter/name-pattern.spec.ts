import { describe, expect, it } from 'vitest';
import { boundMatchingTime } from './matching-time.js';
import { compileNamePattern } from './name-pattern.js';

function matches(pattern: string, name: string): boolean {
  const compiled = compileNamePattern(pattern);
  if (compiled.kind === 'invalid') {
    throw new Error(compiled.reason);
  }
  return compiled.regex.test(name);
}

describe('a pattern for metric names', () => {
  it.each([
    ['foo', 'foo', true],
    ['foo', 'foo_bar', false],
    ['foo', 'a_foo', false],
    ['foo.*', 'foo_bar', true],
    ['Foo', 'foo', false],
    ['foo|bar', 'foo_x', false],
    ['foo|bar', 'bar', true],
    ['', '', true],
    ['', 'a', false],
    ['^foo$', 'foo', true],
    ['(?i)FOO_.*', 'foo_x', true],
    ['(?i)a|b', 'B', true],
    ['go\\_gc\\-x\\:y', 'go_gc-x:y', true],
    ['[a\\-c\\_]+', 'a-c_', true],
    ['\\w+_\\d{2}', 'a_42', true],
    ['(?<first>a)\\k<first>', 'aa', true],
    ['\\p{Lu}.*', 'Été', true],
    ['.', '😀', false],
    ['😀+', '😀😀', true],
    ['a\\.b', 'a.b', true],
    ['a\\.b', 'axb', false],
    ['(?!go_).*', 'go_x', false],
  ])('%j asked about %j says %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it.each([
    ['(', 'Unterminated group'],
    ['a)|(b', "Unmatched ')'"],
    ['*', 'Nothing to repeat'],
    ['[a', 'Unterminated character class'],
    ['a{2,1}', 'numbers out of order in {} quantifier'],
    ['a++', 'Nothing to repeat'],
    ['(?>a)', 'Invalid group'],
    ['\\Qa\\E', 'Invalid escape'],
    ['\\Aa\\z', 'Invalid escape'],
    ['[a-z&&[^b]]', 'Lone quantifier brackets'],
    ['[a[bc]]', 'Lone quantifier brackets'],
    ['\\p{Alnum}', 'Invalid property name'],
  ])('%j is refused: %s', (pattern, reason) => {
    expect(compileNamePattern(pattern)).toEqual({ kind: 'invalid', reason });
  });

  it.each(['(a+)+', '(a|aa)+$', '([a-z]+_?)*total', '^(.*)*x$'])(
    'that could take for ever takes no time once matching is bounded: %s',
    (pattern) => {
      boundMatchingTime();
      const begun = performance.now();

      const isMatch = matches(pattern, `${'a'.repeat(4_000)}!`);

      expect(isMatch).toBe(false);
      expect(performance.now() - begun).toBeLessThan(2_000);
    },
  );
});
