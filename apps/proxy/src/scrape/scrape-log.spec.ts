import { createLogger } from '@app/operations';
import { describe, expect, it } from 'vitest';
import { scrape } from '../../../../test/support/scrape.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { startProxy } from '../bootstrap.js';
import { defaultProxyOptions } from '../config/proxy-options.js';

interface Line {
  readonly level: string;
  readonly msg: string;
}

describe('the log of scrapes', () => {
  const stage = stagePerTest();

  /** What a proxy logs of one scrape that fails. */
  const linesOfOneScrape = async (level: string, requestLoggingEnabled = true): Promise<Line[]> => {
    const lines: Line[] = [];
    const destination = { write: (line: string) => lines.push(JSON.parse(line) as Line) };
    const logger = createLogger({ program: 'proxy', level, format: 'json', destination });
    const options = defaultProxyOptions({ http: { port: 0, requestLoggingEnabled }, agent: { port: 0 } });
    const proxy = await startProxy(options, logger);
    stage.atEnd(() => proxy.close());
    lines.splice(0);
    await scrape(`http://127.0.0.1:${proxy.httpPort}/nobody?token=s3cret`);
    return [...lines];
  };

  it('has one line for each scrape at debug, with its reason and without its query', async () => {
    expect(await linesOfOneScrape('debug')).toEqual([
      expect.objectContaining({ level: 'debug', msg: 'scrape failed', reason: 'invalid_path', status: 404 }),
    ]);
  });

  it.each([
    ['at info', 'info', true],
    ['when it is switched off', 'debug', false],
  ])('has none %s', async (_, level, isEnabled) => {
    expect(await linesOfOneScrape(level, isEnabled)).toEqual([]);
  });
});
