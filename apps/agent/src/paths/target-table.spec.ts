import { expect, test } from 'vitest';
import { TargetTable } from './target-table.js';

const config = { name: 'app', path: '/app', url: 'http://user:secret@host/metrics', labels: '' };

test('a target is found by its path without the leading slash', () => {
  const table = new TargetTable();

  table.set(config, 'STATIC');

  expect(table.find('app')).toMatchObject({ name: 'app', path: 'app', labels: '{}', source: 'STATIC' });
  expect(table.find('/app')).toBeUndefined();
});

test('what is shown of a target holds no credentials', () => {
  const target = new TargetTable().set(config, 'STATIC');

  expect(target.shownUrl).toBe('http://***@host/metrics');
});

test('listeners hear of every change until they stop listening', () => {
  const table = new TargetTable();
  const heard: string[] = [];
  const stop = table.listen((path) => heard.push(path));

  table.set(config, 'STATIC');
  table.set({ ...config, url: 'http://other' }, 'DISCOVERED');
  table.remove('app');
  table.remove('app');
  stop();
  table.set(config, 'STATIC');

  expect(heard).toEqual(['app', 'app', 'app']);
});
