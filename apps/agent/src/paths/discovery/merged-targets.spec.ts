import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../testing/recording-logger.js';
import { type TargetConfig, type TargetOrigin, TargetTable } from '../target-table.js';
import { MergedTargets } from './merged-targets.js';
import type { OnTargets, TargetSource } from './target-source.js';

/** Tells what a test says. */
class ToldTargets implements TargetSource {
  tell: OnTargets = () => undefined;
  isStopped = false;

  constructor(
    readonly name: string,
    readonly origin: TargetOrigin,
  ) {}

  start(onTargets: OnTargets): Promise<void> {
    this.tell = onTargets;
    return Promise.resolve();
  }

  stop(): void {
    this.isStopped = true;
  }
}

const entry = (path: string, url = `http://${path}/`, labels = '{}'): TargetConfig => ({
  name: `the ${path}`,
  path,
  url,
  labels,
});

async function setUp() {
  const { logger, lines } = recordingLogger();
  const table = new TargetTable();
  const own = new ToldTargets('configuration', 'STATIC');
  const file = new ToldTargets('targets.json', 'DISCOVERED');
  const merged = new MergedTargets(table, [own, file], logger);
  await merged.start();
  const changes: string[] = [];
  table.listen((path) => changes.push(path));
  const shown = (): string[] => table.all().map(({ path, url, source }) => `${path} ${url} ${source}`);
  return { merged, table, own, file, lines, changes, shown };
}

describe('targets from several sources', () => {
  it('are served together, each with its origin, in the order in which they were told', async () => {
    const { own, file, shown, lines } = await setUp();

    own.tell([entry('/b'), entry('a')]);
    file.tell([entry('c')]);

    expect(shown()).toEqual(['b http:///b/ STATIC', 'a http://a/ STATIC', 'c http://c/ DISCOVERED']);
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('are touched only where they changed', async () => {
    const { file, table, changes } = await setUp();
    file.tell([entry('same', 'http://s/', ''), entry('url'), entry('labels'), entry('gone')]);
    const kept = table.find('same');
    changes.length = 0;

    file.tell([
      { ...entry('/same', 'http://s/', '{}'), name: 'another name' },
      entry('url', 'http://other/'),
      entry('labels', 'http://labels/', '{"a":"b"}'),
      entry('new'),
    ]);

    expect(changes).toEqual(['gone', 'url', 'labels', 'new']);
    expect(table.find('same')).toBe(kept);
  });

  it('all go when a source has none left, and the others stay', async () => {
    const { own, file, shown } = await setUp();
    own.tell([entry('a')]);
    file.tell([entry('b')]);

    file.tell([]);

    expect(shown()).toEqual(['a http://a/ STATIC']);
  });

  it('are decided on by the strongest source, said once, and fall to the next when that leaves them', async () => {
    const { own, file, lines, shown } = await setUp();
    file.tell([entry('a', 'http://file/'), entry('b')]);

    own.tell([entry('a', 'http://own/')]);
    file.tell([entry('a', 'http://file/')]);
    const whileBoth = shown();
    own.tell([]);

    expect(whileBoth).toEqual(['a http://own/ STATIC']);
    expect(shown()).toEqual(['a http://file/ DISCOVERED']);
    expect(lines).toMatchObject([{ level: 'warn', path: 'a', source: 'targets.json' }]);
  });

  it('leave alone what somebody else put into the table', async () => {
    const { file, table, lines, shown } = await setUp();
    table.set(entry('a', 'http://hand/'), 'STATIC');
    file.tell([entry('a'), entry('b')]);
    table.set(entry('b', 'http://hand/'), 'STATIC');

    file.tell([entry('b')]);
    file.tell([]);

    expect(shown()).toEqual(['a http://hand/ STATIC', 'b http://hand/ STATIC']);
    expect(lines.map(({ path }) => path)).toEqual(['a', 'b']);
  });

  it('count the later of two entries for one path, and say so', async () => {
    const { own, lines, shown } = await setUp();

    own.tell([entry('a', 'http://first/'), entry('/a', 'http://second/')]);

    expect(shown()).toEqual(['a http://second/ STATIC']);
    expect(lines).toMatchObject([{ level: 'warn', path: 'a', source: 'configuration' }]);
  });

  it('are kept and logged without credentials when they cannot be scraped', async () => {
    const { own, table, lines } = await setUp();

    own.tell([entry('a', 'ftp://me:secret@host/')]);

    expect(table.size).toBe(1);
    expect(lines).toMatchObject([{ level: 'error', path: 'a', target: 'ftp://***@host/' }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('end with every source', async () => {
    const { merged, own, file } = await setUp();

    merged.stop();

    expect([own.isStopped, file.isStopped]).toEqual([true, true]);
  });
});
