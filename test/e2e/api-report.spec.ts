import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');

it('what the package exports is what the reports in api say', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/api-report.js', '--check'], {
    cwd: repository,
    encoding: 'utf8',
  });

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}, 200_000);
