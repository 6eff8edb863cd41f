import { describe, expect, it } from 'vitest';
import { formatDuration, processReport } from './process-report.js';

describe('the report on the process', () => {
  it('tells what it is busy with, and nothing of its environment or arguments', async () => {
    process.env['REPORT_TEST_SECRET'] = 'hunter2';

    const text = (await processReport()).join('\n');

    expect(text).toMatch(/^Event loop, over \d+ ms: \d+ % busy, longest delay [\d.]+ ms$/m);
    expect(text).toMatch(/^Memory: [\d.]+ MiB resident/m);
    expect(text).toMatch(/^ {2}\w+: \d+$/m);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(process.argv[1]);
    delete process.env['REPORT_TEST_SECRET'];
  });

  it.each([
    [0, '0s'],
    [59.9, '59s'],
    [60, '1m 0s'],
    [3601, '1h 0m 1s'],
    [90_061, '1d 1h 1m 1s'],
  ])('writes %d seconds as %s', (secs, text) => {
    expect(formatDuration(secs)).toBe(text);
  });
});
