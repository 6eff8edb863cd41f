import type { IgnoredOption } from './program.js';

/** Options of both programs that existing configurations have, and that have no effect. */
export const commonIgnored: readonly IgnoredOption[] = [
  { key: 'admin.debugEnabled', flags: ['--debug', '-b'], env: 'DEBUG_ENABLED', isBoolean: true },
  { key: 'admin.threadDumpPath' },
  { key: 'metrics.standardExportsEnabled' },
  { key: 'metrics.memoryPoolsExportsEnabled' },
  { key: 'metrics.garbageCollectorExportsEnabled' },
  { key: 'metrics.threadExportsEnabled' },
  { key: 'metrics.classLoadingExportsEnabled' },
  { key: 'metrics.versionInfoExportsEnabled' },
  { key: 'metrics.grpc' },
  { key: 'internal.zipkin' },
];
