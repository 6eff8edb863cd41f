import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAILURE_CODES, type FailureCode } from '@app/protocol';
import { failure } from '../../apps/proxy/src/scrape/scrape-failure.js';

const page = readFileSync(new URL('../../docs/failure-reasons.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` +\| ([^|]+?) +\|/gm)].map(([, code = '', status = '']) => ({
  code,
  status,
}));

describe('the page of failure reasons', () => {
  it('has a row for each reason, and none for anything else', () => {
    expect(rows.map(({ code }) => code).toSorted()).toEqual([...FAILURE_CODES].toSorted());
  });

  it.each(rows)('tells the status of $code as the proxy answers it', ({ code, status }) => {
    const answered =
      code === 'upstream_error' ? `the target's` : String(failure(code as FailureCode, 'x').status);

    expect(status).toBe(answered);
  });
});
