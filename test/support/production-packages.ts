import { readFileSync } from 'node:fs';

/** A package that is installed with the programs. */
export interface ProductionPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly hasInstallScript: boolean;
}

interface LockEntry {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const LOCK = new URL('../../package-lock.json', import.meta.url);

/** Every package of the lockfile that is not for development alone, each version once, by name. */
export function productionPackages(): readonly ProductionPackage[] {
  const { packages } = JSON.parse(readFileSync(LOCK, 'utf8')) as { packages: Record<string, LockEntry> };
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  const byName = new Map(
    installed.map(([path, entry]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const { version, license = '', hasInstallScript = false } = entry;
      return [`${name} ${version}`, { name, version, license, hasInstallScript }];
    }),
  );
  return [...byName].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}
