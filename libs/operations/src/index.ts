export { type Logger } from 'pino';
export { Bound } from './bound.js';
export { BoundedWords } from './bounded-words.js';
export { showBuildInfo } from './build-info.js';
export { showBounds } from './bound-metrics.js';
export { discard } from './discard.js';
export { Distribution } from './distribution.js';
export { type ConfigParts, ConfigReloader, type PutInForce } from './config-reloader.js';
export { DebugSections, textTable } from './debug-sections.js';
export { type HealthCheck, HealthChecks, type HealthOutcome, type HealthScope } from './health-checks.js';
export { hostLogger } from './host-logger.module.js';
export { HostedRun } from './hosted-run.js';
export { hosted, type HostedPlace } from './hosted.module.js';
export { listen, type Listenable, listenAddress, ListenError, type ListenRequest } from './listen.js';
export { LogRate } from './log-rate.js';
export { createLogger, type LogFormat, type LoggerSettings } from './logger.js';
export { frameworkLogger, loggerModule } from './logger.module.js';
export type { AdminOptions, MetricsOptions, OperationsOptions } from './operations-options.js';
export type { OperationsServer } from './operations-server.provider.js';
export { OperationsServers } from './operations-servers.lifecycle.js';
export { OperationsModule } from './operations.module.js';
export {
  CounterFamily,
  HistogramFamily,
  ReadFamily,
  type Reading,
  showCounter,
  showGauge,
} from './metric-families.js';
export { PACKAGE_NAME, packageVersion, versionInfo, type VersionInfo } from './package-version.js';
export { PartialMessages } from './partial-messages.js';
export { parseCertificates } from './pem-certificates.js';
export { LOGGER, METRICS_REGISTRY } from './tokens.js';
export { RepeatedWarnings } from './repeated-warnings.js';
export { releaseStartUpMemory } from './start-up-memory.js';
export { SocketMeter } from './socket-meter.js';
export { SteadyReading } from './steady-reading.js';
export { startServer } from './start-server.js';
export { Tally } from './tally.js';
export { SignalExit } from './signal-exit.js';
export { WatchedFiles } from './watched-files.js';
export { maskUrl, maskUrlsWithin, maskUserInfo } from './url-masking.js';
export * as doctor from './doctor/index.js';
