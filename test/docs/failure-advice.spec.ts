import { readFileSync } from 'node:fs';
import { FAILURE_CODES } from '@app/protocol';
import { expect, it } from 'vitest';
import { FAILURE_ADVICE } from '../../apps/proxy/src/dashboard/failure-advice.js';

const page = readFileSync(new URL('../../docs/failure-reasons.md', import.meta.url), 'utf8');

it.each(FAILURE_CODES)('the dashboard says about %s what the page of failure reasons says', (code) => {
  const [, meaning = '', advice = ''] =
    new RegExp(`^\\| \`${code}\` +\\|[^|]*\\| (.*?) +\\| (.*?) +\\|$`, 'm').exec(page) ?? [];

  expect(FAILURE_ADVICE[code]).toEqual({ meaning: plain(meaning), advice: plain(advice) });
});

/** Without the marks of the markup. */
function plain(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}
