import { atLeast, bindAddress, portNumber } from './checks.js';
import { flag, int, oneOf, text, type IntRow } from './option-rows.js';

const LOG_LEVELS = ['', 'trace', 'debug', 'info', 'warn', 'error', 'off'] as const;
const LOG_FORMATS = ['auto', 'pretty', 'json'] as const;

/** The rows both programs have for what they log. */
export const logRows = (logLevelEnv: string, logFormatEnv: string) => ({
  logLevel: oneOf(LOG_LEVELS, {
    default: '',
    flags: ['--log_level'],
    env: logLevelEnv,
    doc: 'What is logged; empty means info.',
  }),
  logFormat: oneOf(LOG_FORMATS, {
    default: 'auto',
    flags: ['--log_format'],
    env: logFormatEnv,
    doc: 'How it is logged: json lines, pretty for a person, auto = pretty on a terminal and json elsewhere.',
  }),
});

/** The bound both programs have on their logs. */
export const logBoundRow = (): IntRow =>
  boundRow(1000, 'Log lines in one second; what is more is left out, and counted in one line.');

/** The rows both programs have for the pages they show an operator. */
export const operationsRows = (ports: { readonly admin: number; readonly metrics: number }) => ({
  'admin.enabled': flag({
    default: false,
    flags: ['--admin', '-r'],
    env: 'ADMIN_ENABLED',
    doc: 'Serve the admin pages.',
  }),
  'admin.port': int({
    default: ports.admin,
    flags: ['--admin_port', '-i'],
    env: 'ADMIN_PORT',
    check: portNumber,
    doc: 'Port of the admin pages.',
  }),
  'admin.bindAddress': text({
    default: '',
    check: bindAddress,
    doc: 'Address the admin port listens on; empty means all interfaces.',
  }),
  'admin.pingPath': text({ default: 'ping', doc: 'Path of the ping page; empty leaves it out.' }),
  'admin.versionPath': text({ default: 'version', doc: 'Path of the version page; empty leaves it out.' }),
  'admin.healthCheckPath': text({
    default: 'healthcheck',
    doc: 'Path of the health page; empty leaves it out.',
  }),
  'admin.threadDumpPath': text({
    default: 'threaddump',
    doc: 'Path of the page on what the process is busy with; empty leaves it out.',
  }),
  'admin.debugEnabled': flag({
    default: false,
    flags: ['--debug', '-b'],
    env: 'DEBUG_ENABLED',
    doc: 'Serve /debug among the admin pages: the state of the program as text.',
  }),
  'metrics.enabled': flag({
    default: false,
    flags: ['--metrics', '-e'],
    env: 'METRICS_ENABLED',
    doc: 'Serve metrics about this program itself.',
  }),
  'metrics.port': int({
    default: ports.metrics,
    flags: ['--metrics_port', '-m'],
    env: 'METRICS_PORT',
    check: portNumber,
    doc: 'Port of those metrics.',
  }),
  'metrics.bindAddress': text({
    default: '',
    check: bindAddress,
    doc: 'Address the metrics port listens on; empty means all interfaces.',
  }),
  'metrics.path': text({ default: 'metrics', doc: 'Path of those metrics.' }),
  'metrics.legacyNames': flag({
    default: false,
    doc: 'Show counters without _total at the end, too, as the dashboards of prometheus-proxy ask for them.',
  }),
});

/** A bound of ours: a count of at least one. */
export const boundRow = (bound: number, doc: string): IntRow =>
  int({ default: bound, check: atLeast(1), doc });
