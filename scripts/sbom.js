/**
 * Writes what is installed with the programs as a CycloneDX document: `npm run sbom`. Made of package-lock.json alone, so that
 * the same lock always gives the same document.
 *
 * Arguments: the file to write; `--omit=optional` for an image that brings Node.js itself.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const [file = 'sbom.cdx.json', omit] = process.argv.slice(2);
const readJson = (name) => JSON.parse(readFileSync(name, 'utf8'));

const manifest = withoutOmitted(readJson('package.json'));
const { metadata, ...rest } = describe(manifest, withoutDevelopment(readJson('package-lock.json')));
const { component, lifecycles, tools } = metadata;
delete rest.serialNumber;

// npm calls the component as the folder is called.
const own = { ...component, name: manifest.name, type: 'application' };
const document = { ...rest, metadata: { lifecycles, tools, component: own } };
writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);

/** What npm says of a project of this manifest and this lock. */
function describe(project, lock) {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'];
    // On Windows npm is no program but a script of the shell.
    const shell = process.platform === 'win32';
    return JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8', shell }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** npm's own `--omit=dev` leaves out, too, what both a program and a tool need. */
function withoutDevelopment(lock) {
  const entries = Object.entries(lock.packages)
    .filter(([, { dev, optional }]) => dev !== true && !(isOptionalOmitted() && optional === true))
    .map(([path, entry]) => [path, path === '' ? withoutOmitted(entry) : entry]);
  return { ...lock, packages: Object.fromEntries(entries) };
}

function withoutOmitted({ devDependencies: _devDependencies, ...project }) {
  return isOptionalOmitted() ? { ...project, optionalDependencies: {} } : project;
}

function isOptionalOmitted() {
  return omit === '--omit=optional';
}
