import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a program says about its own making. */
export interface VersionInfo {
  readonly version: string;
  /** MM/dd/yyyy */
  readonly release_date: string;
  /** Like `Mon 11/23/26 14:30:00`, in UTC. */
  readonly build_time: string;
}

interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly releaseDate?: string;
}

/** How this package is called in the registry and in imports. */
export const PACKAGE_NAME = 'prometheus-proxy-node';
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** The version of this package, from its package.json; the same from the sources and from the build. */
export function packageVersion(): string {
  return readManifest().version ?? '0.0.0';
}

/** The version with the dates of release and build, as `/version` shows them. */
export function versionInfo(): VersionInfo {
  const released = new Date(readManifest().releaseDate ?? 0);
  const compiled = statSync(fileURLToPath(import.meta.url)).mtime;
  // Package archives carry a constant old time for every file.
  const built = compiled > released ? compiled : released;
  return { version: packageVersion(), release_date: formatDay(released), build_time: formatTime(built) };
}

function readManifest(): PackageManifest {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = readIfThere(join(folder, 'package.json'));
    if (manifest?.name === PACKAGE_NAME) return manifest;
    if (folder === dirname(folder)) throw new Error(`no package.json of ${PACKAGE_NAME} above the code`);
  }
}

function readIfThere(file: string): PackageManifest | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
  } catch {
    return undefined;
  }
}

function formatDay(date: Date): string {
  return `${twoDigits(date.getUTCMonth() + 1)}/${twoDigits(date.getUTCDate())}/${date.getUTCFullYear()}`;
}

function formatTime(date: Date): string {
  const day = formatDay(date).replace(/\d\d(\d\d)$/, '$1');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(':');
  return `${DAYS[date.getUTCDay()] ?? ''} ${day} ${clock}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
