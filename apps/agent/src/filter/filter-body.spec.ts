import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AnswerHead, FetchedBody } from '../scrape/fetch-outcome.js';
import { MemoryBudget } from '../scrape/memory-budget.js';
import { recordingLogger } from '../testing/recording-logger.js';
import { filterBody } from './filter-body.js';
import type { FilterTally } from './metric-filter.js';
import { MetricFilters } from './metric-filters.js';

const TEXT = 'text/plain; version=0.0.4';

function setUp({ maxBytes = 10_000_000, budgetBytes = 100_000_000 } = {}) {
  const tallies: FilterTally[] = [];
  const { logger, lines } = recordingLogger();
  const config = { path: 'app', metricNameAllow: [], metricNameDeny: ['go_.*'] };
  const filter = new MetricFilters([config], logger, (_path, tally) => tallies.push(tally)).find('app');
  const share = new MemoryBudget(budgetBytes).open();
  const bounds = { maxBytes, share, signal: new AbortController().signal };
  const run = (body: FetchedBody) => {
    share.grow(body.kind === 'whole' ? body.byteCount : 0);
    return filter === undefined ? body : filterBody(body, filter, bounds);
  };
  return { run, tallies, lines, share };
}

function headOf(contentType: string, contentEncoding: string): AnswerHead {
  return { statusCode: 200, contentType, contentEncoding, contentLength: undefined, retryAfterSecs: 0 };
}

function whole(bytes: Buffer, contentType = TEXT, contentEncoding = ''): FetchedBody {
  const at = bytes.length >> 1;
  const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
  return { kind: 'whole', head: headOf(contentType, contentEncoding), pieces, byteCount: bytes.length };
}

/** A body in pieces of 16 KiB, which notes when it is left. */
function flowing(bytes: Buffer, contentEncoding = '', onLeft: () => void = () => undefined): FetchedBody {
  async function* pieces(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let at = 0; at < bytes.length; at += 16_384) {
        yield bytes.subarray(at, at + 16_384);
      }
    } finally {
      onLeft();
    }
  }
  return { kind: 'flowing', head: headOf(TEXT, contentEncoding), body: pieces() };
}

async function textOf(outcome: Awaited<ReturnType<typeof filterBody>>): Promise<string> {
  if (outcome.kind === 'failed') {
    throw new Error(outcome.words);
  }
  const pieces: Buffer[] = [];
  for await (const piece of outcome.kind === 'whole' ? outcome.pieces : outcome.body) {
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  return (outcome.head.contentEncoding === 'gzip' ? gunzipSync(bytes) : bytes).toString('latin1');
}

const small = Buffer.from('go_a 1\nup 1\ngo_b{x="é"} 1\nup 2\n');
const large = Buffer.from(
  Array.from({ length: 100_000 }, (_, at) => `go_${at} 1\nup_${at} ${at}\n`).join(''),
);
const largeKept = large.toString().replaceAll(/go_.*\n/g, '');

describe('a body with a filter', () => {
  it.each([
    ['whole', whole(small)],
    ['whole and gzip', whole(gzipSync(small), TEXT, 'gzip')],
    ['flowing', flowing(small)],
    ['flowing and gzip', flowing(gzipSync(small), 'gzip')],
  ])('has only its kept lines, and is counted: %s', async (_case, body) => {
    const { run, tallies, share } = setUp();

    const outcome = await run(body);

    expect(outcome).toMatchObject({ kind: 'whole', byteCount: 10, head: { contentEncoding: '' } });
    expect(await textOf(outcome)).toBe('up 1\nup 2\n');
    expect(tallies).toEqual([{ droppedLines: 2, droppedBytes: small.length - 10 }]);
    expect(share.heldBytes).toBe(10);
  });

  it.each([
    ['whole', () => whole(large)],
    ['whole and gzip', () => whole(gzipSync(large), TEXT, 'gzip')],
    ['flowing', () => flowing(large)],
    ['flowing and gzip', () => flowing(gzipSync(large), 'gzip')],
  ])('has them when it is large, too: %s', async (_case, body) => {
    const { run, tallies } = setUp();

    const outcome = await run(body());

    expect(await textOf(outcome)).toBe(largeKept);
    expect(tallies).toEqual([{ droppedLines: 100_000, droppedBytes: large.length - largeKept.length }]);
  });

  it('goes on flowing, and its target is left when nobody reads on', async () => {
    let isLeft = false;
    const { run, tallies } = setUp();
    const outcome = await run(flowing(gzipSync(large), 'gzip', () => (isLeft = true)));
    if (outcome.kind !== 'flowing') {
      throw new Error(outcome.kind);
    }

    for await (const piece of outcome.body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }

    await expect.poll(() => isLeft).toBe(true);
    expect(tallies).toEqual([]);
  });

  it('may become nothing', async () => {
    const { run } = setUp();

    expect(await run(whole(Buffer.from('go_a 1\n')))).toMatchObject({ kind: 'whole', byteCount: 0 });
    expect(await run(flowing(Buffer.from('go_a 1\n')))).toMatchObject({ kind: 'whole', byteCount: 0 });
  });

  it('stays the gzip it was when nothing goes', async () => {
    const body = whole(gzipSync('up 1\n'), TEXT, 'gzip');
    const { run, tallies, share } = setUp();

    const outcome = await run(body);

    expect(outcome).toBe(body);
    expect(tallies).toEqual([{ droppedLines: 0, droppedBytes: 0 }]);
    expect(share.heldBytes).toBe(body.kind === 'whole' ? body.byteCount : 0);
  });

  it.each(['', 'text/plain', ' Text/Plain ; charset=utf-8', 'application/openmetrics-text; version=1.0.0'])(
    'is text by its type: %j',
    async (contentType) => {
      const { run, lines } = setUp();

      expect(await textOf(await run(whole(small, contentType)))).toBe('up 1\nup 2\n');
      expect(lines).toEqual([]);
    },
  );

  it.each(['text/html', 'application/vnd.google.protobuf; proto=x', 'text/plainer'])(
    'passes as it is, uncounted, when it is no text, with one warning: %s',
    async (contentType) => {
      const body = whole(gzipSync(small), contentType, 'gzip');
      const { run, tallies, lines } = setUp();

      expect(await run(body)).toBe(body);
      expect(await run(body)).toBe(body);

      expect(tallies).toEqual([]);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ level: 'warn', path: 'app', reason: 'not text', contentType });
    },
  );

  it.each([
    ['a byte that is none', Buffer.from('go_a 1\nx{a="\u00ff"} 1\n', 'latin1')],
    ['the beginning of a character at its end', Buffer.from('go_a 1\nup \u00c3', 'latin1')],
  ])('passes as it is, uncounted, when it has %s, with one warning', async (_case, bytes) => {
    const body = whole(bytes);
    const zipped = whole(gzipSync(bytes), TEXT, 'gzip');
    const { run, tallies, lines } = setUp();

    expect([await run(body), await run(zipped)]).toEqual([body, zipped]);

    expect(tallies).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 'warn', path: 'app', reason: 'not valid UTF-8' });
  });

  it('keeps the rest as it is when it turns out to be no UTF-8 while it flows', async () => {
    const rest = 'x{a="\u00ff"} 1\ngo_b 1\n';
    const bytes = Buffer.concat([large, Buffer.from(rest, 'latin1')]);
    const { run, lines } = setUp();

    const text = await textOf(await run(flowing(bytes)));

    expect(text.endsWith(rest)).toBe(true);
    expect(text.startsWith(largeKept.slice(0, 500_000))).toBe(true);
    expect(lines).toHaveLength(1);
  });

  it.each([
    ['whole', (bytes: Buffer) => whole(bytes, TEXT, 'gzip')],
    ['flowing', (bytes: Buffer) => flowing(bytes, 'gzip')],
  ])('is judged as it is inflated and before it is filtered: %s', async (_case, body) => {
    const exact = setUp({ maxBytes: small.length });
    const tooSmall = setUp({ maxBytes: small.length - 1 });
    const broken = setUp();

    expect(await exact.run(body(gzipSync(small)))).toMatchObject({ kind: 'whole' });
    const tooLarge = 'Content size exceeds maximum allowed size of 31 bytes';
    await expect(failureOf(tooSmall.run(body(gzipSync(small))))).resolves.toBe(
      `content_too_large: ${tooLarge}`,
    );
    await expect(failureOf(broken.run(body(Buffer.alloc(30, 'x'))))).resolves.toMatch(
      /^invalid_payload: .*no whole gzip/,
    );
    await expect(failureOf(broken.run(body(gzipSync(small).subarray(0, -3))))).resolves.toMatch(
      /^invalid_payload/,
    );
    expect(broken.tallies).toEqual([]);
  });

  it('is overloaded when inflating it takes more memory than there is', async () => {
    const { run } = setUp({ budgetBytes: 1_000_000 });

    await expect(failureOf(run(whole(gzipSync(large), TEXT, 'gzip')))).resolves.toMatch(/^overloaded/);
  });

  it('is left to others when its encoding is unknown', async () => {
    const body = whole(small, TEXT, 'br');

    expect(await setUp().run(body)).toBe(body);
  });
});

/** Thrown or returned: a scrape fails in the same way. */
async function failureOf(outcome: ReturnType<typeof filterBody> | FetchedBody): Promise<string> {
  try {
    const settled = await outcome;
    return settled.kind === 'failed' ? `${settled.code}: ${settled.words}` : settled.kind;
  } catch (error) {
    return error instanceof Error && 'failure' in error
      ? `${String(error.failure)}: ${error.message}`
      : String(error);
  }
}
