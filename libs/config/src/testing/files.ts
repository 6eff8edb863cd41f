import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** Files that are there for one test: call it in a describe block. */
export function filesPerTest(): (files: Readonly<Record<string, string | Uint8Array>>) => string {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));
  return (files) => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    folders.push(folder);
    Object.entries(files).forEach(([name, content]) => writeFileSync(join(folder, name), content));
    return folder;
  };
}
