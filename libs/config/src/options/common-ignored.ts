import type { IgnoredOption } from './program.js';

/** Options of both programs that existing configurations have, and that have no effect. */
export const commonIgnored: readonly IgnoredOption[] = [
  { key: 'metrics.standardExportsEnabled' },
  { key: 'metrics.memoryPoolsExportsEnabled' },
  { key: 'metrics.garbageCollectorExportsEnabled' },
  { key: 'metrics.threadExportsEnabled' },
  { key: 'metrics.classLoadingExportsEnabled' },
  { key: 'metrics.versionInfoExportsEnabled' },
  { key: 'metrics.grpc' },
  { key: 'internal.zipkin' },
];
