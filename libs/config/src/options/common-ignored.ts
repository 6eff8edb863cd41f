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

/** The three files that would encrypt the link between agent and proxy. */
export const tlsIgnored = (warning: string): readonly IgnoredOption[] => [
  { key: 'tls.certChainFilePath', flags: ['--cert', '-t'], env: 'CERT_CHAIN_FILE_PATH', warning },
  { key: 'tls.privateKeyFilePath', flags: ['--key', '-k'], env: 'PRIVATE_KEY_FILE_PATH', warning },
  {
    key: 'tls.trustCertCollectionFilePath',
    flags: ['--trust', '-s'],
    env: 'TRUST_CERT_COLLECTION_FILE_PATH',
    warning,
  },
];
