import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { HttpTarget } from '../support/http-target.js';
import { type Pair, startPair } from '../support/pair.js';
import type { ExitStatus, Program } from '../support/program.js';
import { scrape } from '../support/scrape.js';
import { stagePerTest } from '../support/stage.js';
import { hangs } from '../support/target-behaviours.js';

const PAGE = new URL('../../docs/operations.md', import.meta.url);
const EXIT_MS = 20_000;
/** Far less than what a program waits for a scrape that hangs. */
const AT_ONCE_MS = 2_500;

/** A pair with one path, `hung`, whose target never answers. */
interface Scene extends Pair {
  readonly target: HttpTarget;
}

type Handling = (program: Program, scene: Scene) => Promise<ExitStatus | undefined>;

/** What is done for each row of the page; undefined when the program goes on. */
const ROWS: Readonly<Record<string, Handling>> = {
  SIGTERM: (program) => end(program, 'SIGTERM'),
  SIGINT: (program) => end(program, 'SIGINT'),
  'either, twice': async (program, { proxy, target }) => {
    const hung = scrape(proxy.url('hung'), { timeoutSecs: 20 }).catch(() => undefined);
    await expect.poll(() => target.seen.length, { timeout: 5_000 }).toBe(1);
    program.signal('SIGTERM');
    await expect.poll(() => program.output, { timeout: 5_000 }).toContain('shutting down');
    program.signal('SIGINT');
    const status = await program.waitForExit(AT_ONCE_MS);
    await Promise.all([proxy.program.kill(), hung]);
    return status;
  },
  SIGHUP: async (program) => {
    program.signal('SIGHUP');
    await expect
      .poll(() => program.output, { timeout: 10_000 })
      .toContain('the configuration was read again');
    expect(program.isRunning).toBe(true);
    return undefined;
  },
};

function end(program: Program, signal: NodeJS.Signals): Promise<ExitStatus> {
  program.signal(signal);
  return program.waitForExit(EXIT_MS);
}

/** The rows of the table of signals: what is sent, and the status that is promised. */
async function promised(): Promise<ReadonlyMap<string, string>> {
  const [, section = ''] = (await readFile(PAGE, 'utf8')).split(/^## Signals$/m);
  const [table = ''] = section.split(/^## /m);
  const rows = table.split('\n').filter((line) => line.startsWith('|') && !/^\| (Signal|-)/.test(line));
  return new Map(
    rows.map((row) => {
      const cells = row.split('|').map((cell) => cell.trim().replaceAll('`', ''));
      return [cells[1] ?? '', cells[3] ?? ''];
    }),
  );
}

describe('a signal', () => {
  const stage = stagePerTest();

  it.each(
    Object.entries(ROWS).flatMap(([row, handle]) =>
      (['proxy', 'agent'] as const).map((which) => ({ row, which, handle })),
    ),
  )('does what the page says: $row, to the $which', async ({ row, which, handle }) => {
    const target = await HttpTarget.start(stage, { '/hung': hangs() });
    const pair = await startPair(stage, { paths: [{ path: 'hung', url: target.url('/hung') }] });

    const status = await handle(pair[which].program, { ...pair, target });

    const code = (await promised()).get(row);
    expect(status).toEqual(code === '' ? undefined : { code: Number(code), signal: null });
  });

  it('is on the page when it is tried here, and only then', async () => {
    expect([...(await promised()).keys()].sort()).toEqual(Object.keys(ROWS).sort());
  });
});
