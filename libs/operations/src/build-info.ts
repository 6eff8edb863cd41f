import type { Registry } from 'prom-client';
import { ReadFamily } from './metric-families.js';
import { packageVersion } from './package-version.js';

/** Show `<prefix>_build_info`, always 1: the version of this program and of Node.js as labels. */
export function showBuildInfo<L extends string>(
  registry: Registry,
  prefix: string,
  labels: Readonly<Record<L, string>>,
): void {
  const own = { ...labels, version: packageVersion(), node_version: process.version };
  void new ReadFamily(
    registry,
    'gauge',
    {
      name: `${prefix}_build_info`,
      help: 'Version of the program and of Node.js',
      labelNames: Object.keys(own) as (keyof typeof own & string)[],
    },
    () => [{ labels: own, value: 1 }],
  );
}
