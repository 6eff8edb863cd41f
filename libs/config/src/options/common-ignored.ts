import type { IgnoredOption } from './program.js';

const JAVA = 'figures of the Java runtime; those of Node.js are among the metrics';

/** Options of both programs that existing configurations have, and that have no effect. */
export const commonIgnored: readonly IgnoredOption[] = [
  { key: 'metrics.standardExportsEnabled', why: JAVA },
  { key: 'metrics.memoryPoolsExportsEnabled', why: JAVA },
  { key: 'metrics.garbageCollectorExportsEnabled', why: JAVA },
  { key: 'metrics.threadExportsEnabled', why: JAVA },
  { key: 'metrics.classLoadingExportsEnabled', why: JAVA },
  { key: 'metrics.versionInfoExportsEnabled', why: JAVA },
  { key: 'metrics.grpc', why: 'metrics of the Java gRPC library' },
  { key: 'internal.zipkin', why: 'no traces are sent' },
];
