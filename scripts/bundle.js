/**
 * Puts each program, with the packages it is made of, into a few files under dist/bundle, after `nest build`: a program then
 * starts in half the time, because it opens some 20 files where it opened 1,900 (docs/decisions/0011-bundles.md).
 */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { lazyFormatters } from './bundle/lazy-formatters.js';
import { leanBuiltins } from './bundle/lean-builtins.js';
import { leanUndici } from './bundle/lean-undici.js';

const repository = resolve(import.meta.dirname, '..');
const built = join(repository, 'dist');
const folder = join(built, 'bundle');

/** Looked up by name at run time, or looking for files beside themselves: they stay packages. */
const PACKAGES = ['@grpc/grpc-js', '@grpc/proto-loader', '@grpc/reflection', 'pino', 'pino-pretty'];

/** Runs outside of the bundle: modules of others share its classes. */
const UNBUNDLED = /\/run-with-modules\.js$/;

/** Pipes of Nest that nobody uses would bring all of these in, of which the configuration is checked by a small part. */
const isUnusedPipe = (id, importer) =>
  /^class-(?:validator|transformer)$/.test(id) && importer.includes('/node_modules/@nestjs/');

const bundle = await rolldown({
  cwd: repository,
  input: Object.fromEntries(
    ['proxy', 'agent'].map((name) => [name, join(built, 'apps', name, 'src', 'main.js')]),
  ),
  platform: 'node',
  external: (id, importer = '') => UNBUNDLED.test(id) || PACKAGES.includes(id) || isUnusedPipe(id, importer),
  plugins: [leanBuiltins(), leanUndici(), lazyFormatters()],
  // Of packages that have them, the files of which unused parts can be left out.
  resolve: { mainFields: ['module', 'main'] },
  // What a package would like to have and can do without, such as the other transports of Nest.
  onLog: (level, log, next) => log.code === 'UNRESOLVED_IMPORT' || next(level, log),
});
rmSync(folder, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: folder,
  format: 'esm',
  chunkFileNames: '[name]-[hash].js',
  paths: (id) => (UNBUNDLED.test(id) ? relative(folder, id) : id),
  // Names of classes stand in logs and errors, lines in stack traces.
  keepNames: true,
  comments: false,
  // A source with one letter beyond Latin-1 takes twice the memory.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
});
await bundle.close();
cpSync(join(built, 'apps/proxy/src/dashboard/assets'), join(folder, 'assets'), { recursive: true });
writeFileSync(join(folder, 'LICENSES.txt'), licencesOf(packageFolders(output)));

/** The packages that a part of went into the bundle. */
function packageFolders(chunks) {
  const inside = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const folders = inside.map(
    (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id.replaceAll('\\', '/'))?.[0],
  );
  return [...new Set(folders.filter((each) => each !== undefined))].toSorted((a, b) => a.localeCompare(b));
}

/** What their licences ask whoever hands them on to pass along. */
function licencesOf(folders) {
  return folders.map(licenceOf).join(`\n${'='.repeat(80)}\n\n`);
}

function licenceOf(packageFolder) {
  const { name, version, license } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'license', 'license.md', 'License.md']
    .map((each) => join(packageFolder, each))
    .find((each) => existsSync(each));
  const text =
    file === undefined ? '(the package has no file with its licence)\n' : readFileSync(file, 'utf8');
  return `${name} ${version} (${license})\n\n${text}`;
}
