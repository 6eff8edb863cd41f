import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineFilter, MAX_HEAD_BYTES } from './line-filter.js';
import { LineJudge } from './line-judge.js';
import { NameRules } from './name-rules.js';

interface Rules {
  allow?: string[];
  deny?: string[];
}

function begin({ allow = [], deny = [] }: Rules): LineFilter {
  const patterns = (sources: string[]): RegExp[] => sources.map((source) => new RegExp(`^(?:${source})$`));
  return new LineFilter(new LineJudge(new NameRules(patterns(allow), patterns(deny))));
}

/** What stays, and what was counted, when the text comes in these pieces. */
function filtered(rules: Rules, pieces: readonly Buffer[]) {
  const lines = begin(rules);
  const kept = [...pieces.map((piece) => lines.push(piece)), lines.finish()];
  const { droppedLines, droppedBytes } = lines;
  return { text: Buffer.concat(kept).toString('latin1'), droppedLines, droppedBytes };
}

const keptOf = (rules: Rules, text: string): string =>
  Buffer.from(filtered(rules, [Buffer.from(text)]).text, 'latin1').toString();

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const marks = [...new Set([0, ...cuts.map((at) => at % (bytes.length + 1)), bytes.length])].sort(
    (one, other) => one - other,
  );
  return marks.slice(1).map((end, index) => bytes.subarray(marks[index], end));
}

const HISTOGRAM = [
  '# HELP req Requests',
  '# TYPE req histogram',
  'req_bucket{le="1"} 1 # {trace_id="x"} 1',
  'req_bucket{le="+Inf"} 2',
  'req_sum 3',
  'req_count 2',
  '',
].join('\n');

describe('what a filter keeps', () => {
  it.each<[string, Rules, string, string]>([
    ['everything without rules', {}, 'a 1\nb 2\n', 'a 1\nb 2\n'],
    ['what is allowed', { allow: ['a'] }, 'a 1\nb 2\n', 'a 1\n'],
    ['what is not denied', { deny: ['a'] }, 'a 1\nb 2\n', 'b 2\n'],
    ['nothing that is both', { allow: ['a', 'b'], deny: ['a'] }, 'a 1\nb 2\n', 'b 2\n'],
    ['nothing of a denied family', { deny: ['req'] }, `${HISTOGRAM}up 1\n`, 'up 1\n'],
    ['all of an allowed family', { allow: ['req'] }, `${HISTOGRAM}up 1\n`, HISTOGRAM],
    ['a family whose series are denied', { deny: ['req_bucket'] }, HISTOGRAM, HISTOGRAM],
    ['no suffix without metadata', { allow: ['req'] }, 'req_bucket 1\nreq 2\n', 'req 2\n'],
    [
      'by its own name a sample that only begins like the family',
      { deny: ['items'] },
      '# TYPE items counter\nitems_total 1\nitems_other 2\nitems_total 3\n',
      'items_other 2\nitems_total 3\n',
    ],
    [
      'the family after a denied one',
      { deny: ['a'] },
      '# TYPE a x\na 1\n# TYPE b x\nb 1\n',
      '# TYPE b x\nb 1\n',
    ],
    [
      'a family of each suffix',
      { deny: ['.*_x'], allow: ['m'] },
      '# TYPE m i\nm_info 1\nm_gcount 1\nm_gsum 1\nm_created 1\n',
      '# TYPE m i\nm_info 1\nm_gcount 1\nm_gsum 1\nm_created 1\n',
    ],
    [
      'a sample by its own name before its family begins, and by its family after',
      { deny: ['a'] },
      'a_sum 1\n# TYPE a x\na_sum 2\n',
      'a_sum 1\n',
    ],
    [
      'comments',
      { allow: ['x'] },
      '# a comment\n#\n# HELP\n# HELPa b\n# EOF\na 1\n',
      '# a comment\n#\n# HELP\n# HELPa b\n# EOF\n',
    ],
    ['the open family past a comment', { deny: ['a'] }, '# TYPE a x\n# note\na_sum 1\n', '# note\n'],
    ['metadata in any spacing', { deny: ['a'] }, '#HELP a x\n#\t TYPE \ta x\n#  UNIT\ta x\nb 1\n', 'b 1\n'],
    [
      'metadata before and after one family',
      { deny: ['a'] },
      '# HELP a x\n# TYPE a y\n# UNIT a s\na 1\n',
      '',
    ],
    ['blank lines', { allow: ['x'] }, '\n \t\n\u00a0\na 1\n\r\n', '\n \t\n\u00a0\n\r\n'],
    ['line ends as they are', { deny: ['a'] }, 'b 1\r\na 1\r\nb 2', 'b 1\r\nb 2'],
    ['a name that ends with its line', { deny: ['a'] }, 'a\r\nb\r\na', 'b\r\n'],
    ['no last newline where there was none', { deny: ['a'] }, 'b 1\na 1', 'b 1\n'],
    [
      'values, labels and timestamps of any kind',
      { deny: ['a'] },
      'b{c="{a 1"} +Inf 123\na{} 1\na\t1\n',
      'b{c="{a 1"} +Inf 123\n',
    ],
    [
      'lines whose name is empty only if the empty name is',
      { allow: ['.+'] },
      ' a 1\n{"a.b"} 1\nc 1\n',
      'c 1\n',
    ],
    ['quoted names as the empty name', { deny: ['a.*'] }, '{"a.b"} 1\n', '{"a.b"} 1\n'],
    ['names beyond ASCII', { deny: ['é'] }, 'é 1\nè 1\n', 'è 1\n'],
    ['an empty body', { allow: ['a'] }, '', ''],
  ])('is %s', (_case, rules, text, kept) => {
    expect(keptOf(rules, text)).toBe(kept);
  });

  it('is counted by what went, newlines included', () => {
    const outcome = filtered({ deny: ['a'] }, [Buffer.from('# TYPE a x\na 1\nb 1\nb 2')]);

    expect(outcome).toEqual({ text: 'b 1\nb 2', droppedLines: 2, droppedBytes: 15 });
  });

  it('is everything once it lets pass, but the rest of a line that was dropped already', () => {
    const lines = begin({ deny: ['a', 'b'] });
    const before = [lines.push(Buffer.from('b 1\nc 1\nb')), lines.push(Buffer.from(` ${'x'.repeat(5_000)}`))];

    lines.letPass();
    const after = [lines.push(Buffer.from('xx\na 1\nb')), lines.push(Buffer.from(' 1')), lines.finish()];

    expect([...before, ...after].map(String)).toEqual(['c 1\n', '', 'a 1\n', '', 'b 1']);
  });

  it('is decided by the beginning of a line, be it there at once or not', () => {
    const rules = { allow: [`y{${MAX_HEAD_BYTES}}`] };
    const bytes = Buffer.from(`${'y'.repeat(MAX_HEAD_BYTES + 10)} 1\n`);

    const atOnce = filtered(rules, [bytes]);
    const inPieces = filtered(rules, cut(bytes, [1, MAX_HEAD_BYTES + 1]));

    expect(atOnce).toMatchObject({ droppedLines: 0 });
    expect(inPieces).toEqual(atOnce);
  });

  it('holds back no more than the beginning of a line', () => {
    const lines = begin({ allow: ['a'] });
    const piece = Buffer.alloc(MAX_HEAD_BYTES - 3, 'x');

    const kept = [lines.push(Buffer.from('a{')), lines.push(piece), lines.push(piece), lines.push(piece)];

    expect(kept.map(({ length }) => length)).toEqual([0, 0, 2 + 2 * piece.length, piece.length]);
  });
});

const name = fc.constantFrom('a', 'b', 'a_sum', 'a_bucket', 'b_total', 'ab', 'é', 'c:d');
const line = fc.oneof(
  fc.tuple(fc.constantFrom('# HELP ', '# TYPE ', '#UNIT\t'), name).map(([word, of]) => `${word}${of} words`),
  fc
    .tuple(name, fc.constantFrom(' 1', '{x="y"} 1', '{x="# TYPE a"} 2 3', '\t5'))
    .map((parts) => parts.join('')),
  fc.constantFrom('', ' ', '# EOF', '# note', ' a 1', '{"a"} 1', `a{x="${'y'.repeat(5_000)}"} 1`),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll('\n', ' ')),
);
const exposition = fc
  .tuple(fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 25 }), line)
  .map(([lines, last]) => Buffer.from(`${lines.flat().join('')}${last}`));
const rules = fc.record({
  allow: fc.subarray(['a', 'b.*', 'a_sum', '', '.*:.*', '.+']),
  deny: fc.subarray(['a', 'b', 'a_bucket', 'é']),
});
const cuts = fc.array(fc.nat({ max: 20_000 }), { maxLength: 12 });

describe('whatever comes', () => {
  it('the pieces it comes in change nothing', () => {
    fc.assert(
      fc.property(rules, exposition, cuts, (someRules, bytes, someCuts) => {
        const whole = filtered(someRules, [bytes]);

        expect(filtered(someRules, cut(bytes, someCuts))).toEqual(whole);
      }),
    );
  });

  it('what stays is whole lines of it, in order, and the rest is counted', () => {
    fc.assert(
      fc.property(rules, exposition, cuts, (someRules, bytes, someCuts) => {
        const outcome = filtered(someRules, cut(bytes, someCuts));

        const given = linesOf(bytes.toString('latin1'));
        const kept = linesOf(outcome.text);
        expect(isSubsequence(kept, given)).toBe(true);
        expect(given.length - kept.length).toBe(outcome.droppedLines);
        expect(bytes.length - outcome.text.length).toBe(outcome.droppedBytes);
      }),
    );
  });

  it('a family goes as a whole or stays as a whole', () => {
    const family = fc.constantFrom('a', 'b', 'é', 'a_sum');
    fc.assert(
      fc.property(rules, fc.array(family, { maxLength: 8 }), (someRules, families) => {
        const blocks = families.map(
          (of) => `# HELP ${of} x\n# TYPE ${of} y\n${of} 1\n${of}_count{a="b"} 2\n`,
        );

        const kept = keptOf(someRules, blocks.join(''));

        expect(isSubsequence(linesOf(kept, 4), blocks)).toBe(true);
      }),
    );
  });
});

function linesOf(text: string, count = 1): string[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return Array.from({ length: lines.length / count }, (_, at) =>
    lines.slice(at * count, (at + 1) * count).join(''),
  );
}

function isSubsequence(some: readonly string[], all: readonly string[]): boolean {
  let found = 0;
  for (const item of all) {
    found += item === some[found] ? 1 : 0;
  }
  return found === some.length;
}
