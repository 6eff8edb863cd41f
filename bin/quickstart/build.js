/** Builds the programs when there is no build, or the sources are newer. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const MAINS = ['proxy', 'agent'].map((name) => join(packageFolder, 'dist', 'bundle', `${name}.js`));

/**
 * @param {string} node the Node.js to build with
 * @throws {Error} with a sentence for the user
 */
export function buildIfStale(node) {
  if (isFresh()) return;
  process.stdout.write('Building …\n');
  run(node, [findCompiler(), 'build', 'proxy']);
  run(node, [join(packageFolder, 'scripts', 'bundle.js')]);
}

function run(node, args) {
  const { status } = spawnSync(node, args, { cwd: packageFolder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`the build failed: see 'npm run build'`);
}

function isFresh() {
  if (!MAINS.every((main) => existsSync(main))) return false;
  const builtAtMs = Math.min(...MAINS.map((main) => statSync(main).mtimeMs));
  return ['apps', 'libs'].every((folder) => newestSourceMs(join(packageFolder, folder)) <= builtAtMs);
}

/** Of an installed package there are no sources; nothing is newer then. */
function newestSourceMs(folder) {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true }).map(String);
  const sources = files.filter((file) => /\.(ts|json)$/.test(file) && !file.endsWith('.spec.ts'));
  return Math.max(0, ...sources.map((file) => statSync(join(folder, file)).mtimeMs));
}

function findCompiler() {
  try {
    return createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  } catch (cause) {
    throw new Error(`what builds the programs is not installed: run 'npm ci' first`, { cause });
  }
}
