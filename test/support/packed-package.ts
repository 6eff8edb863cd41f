import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Stage } from './stage.js';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const LIMIT_MS = 240_000;

/** Run a command to its end. @throws with its output when it fails */
export async function command(cwd: string, name: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(name, [...args], { cwd, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/**
 * What `npm pack` makes of this repository as it was built, declarations included. Nothing is compiled again: the
 * repository's dist is what the other system tests run.
 *
 * @returns the archive's path
 */
export async function packPackage(stage: Stage): Promise<string> {
  const folder = await stage.tempDir();
  const copy = join(folder, 'package');
  await mkdir(copy);
  const parts = [
    'bin',
    'dist',
    'proto',
    'docs',
    'examples',
    'scripts',
    'package.json',
    'package-lock.json',
    'CHANGELOG.md',
    'README.md',
    'LICENSE',
  ];
  await Promise.all(parts.map((part) => cp(join(repository, part), join(copy, part), { recursive: true })));
  await command(copy, process.execPath, ['scripts/resolve-declarations.js']);
  await command(copy, process.execPath, ['scripts/sbom.js']);
  const name = await command(copy, 'npm', [
    'pack',
    '--ignore-scripts',
    '--silent',
    '--pack-destination',
    folder,
  ]);
  return join(folder, name.trim().split('\n').at(-1) ?? '');
}

/** An empty folder of somebody who installs the archive, and these packages beside it. */
export async function installIn(folder: string, archive: string, others: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "name": "somebody", "private": true, "type": "module" }');
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await command(folder, 'npm', ['install', ...flags, archive, ...others]);
}
