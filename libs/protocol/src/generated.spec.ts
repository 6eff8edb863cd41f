import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const generated = 'libs/protocol/src/generated';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'generated-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** File names below `root` with their contents. */
function readTree(root: string): Record<string, string> {
  const files = globSync('**/*.{ts,json}', { cwd: root }).sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

it('what is generated is what the proto says today', () => {
  cpSync(join(repository, 'proto'), join(folder, 'proto'), { recursive: true });
  mkdirSync(join(folder, generated), { recursive: true });
  const path = `${join(repository, 'node_modules/.bin')}:${process.env.PATH}`;

  execFileSync(process.execPath, [join(repository, 'scripts/generate-proto.ts')], {
    cwd: folder,
    env: { ...process.env, PATH: path },
  });

  const fresh = readTree(join(folder, generated));
  expect(Object.keys(fresh)).toContain('proxy-service.json');
  expect(readTree(join(repository, generated))).toEqual(fresh);
});
