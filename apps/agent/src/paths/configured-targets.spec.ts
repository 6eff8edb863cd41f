import { expect, test } from 'vitest';
import { recordingLogger } from '../testing/recording-logger.js';
import { createTargetTable } from './configured-targets.js';

function entry(path: string, url: string) {
  return { name: `the ${path}`, path, url, labels: '{}' };
}

test('the table holds what is configured, in its order', () => {
  const { logger, lines } = recordingLogger();

  const table = createTargetTable([entry('/b', 'http://b/'), entry('a', 'http://a/')], logger);

  expect(table.all().map((target) => target.path)).toEqual(['b', 'a']);
  expect(lines).toEqual([]);
});

test('of two entries for one path the later counts, and the log says so', () => {
  const { logger, lines } = recordingLogger();

  const table = createTargetTable([entry('a', 'http://first/'), entry('/a', 'http://second/')], logger);

  expect(table.all().map((target) => target.url)).toEqual(['http://second/']);
  expect(lines).toMatchObject([{ level: 'warn', path: 'a' }]);
});

test('a target that cannot be scraped is kept and logged without its credentials', () => {
  const { logger, lines } = recordingLogger();

  const table = createTargetTable([entry('a', 'ftp://me:secret@host/')], logger);

  expect(table.size).toBe(1);
  expect(lines).toMatchObject([{ level: 'error', path: 'a', target: 'ftp://***@host/' }]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});
