import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the pictures are what their texts say', () => {
  const script = fileURLToPath(new URL('../../scripts/draw-pictures.js', import.meta.url));

  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
