import {
  atLeast,
  boundRow,
  flag,
  inRange,
  int,
  logBoundRow,
  MAX_BODY_MBYTES,
  MAX_TIMER_SECS,
  objectList,
  oneOf,
  optionalInt,
  text,
  textList,
} from '@app/config';
import { MetricFilterConfig } from './filter-config.js';
import { PathConfig } from './path-config.js';
import { BasicAuthConfig } from './path-credentials.js';

const MAX_DELTA_MBYTES = 1024 * 1024;
/** In fewer characters it does not show any more why a connection failed. */
const MIN_REASON_LENGTH = 200;

/** What is scraped, and how. */
export const scrapeRows = {
  pathConfigs: objectList(PathConfig, {
    jsonTextFields: ['labels'],
    nested: { basicAuth: { element: BasicAuthConfig, secretFields: ['password'] } },
    secretFields: ['basicAuth', 'bearerToken'],
    isReloaded: true,
    doc: 'The targets: { name, path, url, labels }; labels is a JSON object, as text or written out. See targets.md for their credentials.',
  }),
  filters: objectList(MetricFilterConfig, {
    isReloaded: true,
    doc: 'Which metrics of a path are passed on: { path, metricNameAllow, metricNameDeny }; see metric-filters.md.',
  }),
  'discovery.enabled': flag({
    default: false,
    isReloaded: true,
    doc: 'Serve the targets of a file, too, and follow its changes; those of pathConfigs are stronger.',
  }),
  'discovery.file.path': text({
    default: '',
    isReloaded: true,
    doc: 'The file: paths = [{ path, url, labels, name }], as HOCON, .json or .properties.',
  }),
  'discovery.reconcileIntervalSecs': int({
    default: 30,
    isReloaded: true,
    check: inRange(1, MAX_TIMER_SECS),
    doc: 'Seconds between two looks at the file; most changes are seen at once.',
  }),
  scrapeTimeoutSecs: int({
    default: 15,
    flags: ['--timeout'],
    env: 'SCRAPE_TIMEOUT_SECS',
    check: inRange(1, MAX_TIMER_SECS),
    doc: 'Seconds a target may take; left unset, the deadline of Prometheus counts where it is known.',
  }),
  scrapeMaxRetries: int({
    default: 0,
    flags: ['--max_retries'],
    env: 'SCRAPE_MAX_RETRIES',
    doc: 'How often a failed fetch is tried again within its deadline; 0 or less means never.',
  }),
  'http.maxConcurrentClients': int({
    default: 32,
    flags: ['--max_concurrent_clients'],
    env: 'MAX_CONCURRENT_CLIENTS',
    check: atLeast(1),
    doc: 'Targets fetched at once.',
  }),
  'http.maxConcurrentPerTarget': int({
    default: 2,
    check: atLeast(1),
    doc: 'Fetches of one and the same URL at once.',
  }),
  'http.maxContentLengthMBytes': int({
    default: 10,
    flags: ['--max_content_length_mbytes'],
    env: 'AGENT_MAX_CONTENT_LENGTH_MBYTES',
    check: inRange(1, MAX_BODY_MBYTES),
    doc: 'Largest body taken from a target, in MiB.',
  }),
  'http.forwardAuthorization': flag({
    default: true,
    doc: 'Pass the Authorization header of the scraper on to the target.',
  }),
  'http.requestHeaders': textList({
    default: [],
    doc: 'Names of further headers of a scrape that targets get, where the proxy lists them in proxy.http.requestHeaders.',
  }),
  'http.responseHeaders': textList({
    default: [],
    doc: "Names of further headers of a target's answer that go to the proxy, for scrapers whose proxy lists them in proxy.http.responseHeaders.",
  }),
  minGzipSizeBytes: int({
    default: 512,
    flags: ['--gzip'],
    env: 'MIN_GZIP_SIZE_BYTES',
    check: atLeast(0),
    doc: 'Bodies larger than this many bytes are compressed.',
  }),
  chunkContentSizeKbs: int({
    default: 32,
    flags: ['--chunk'],
    env: 'CHUNK_CONTENT_SIZE_KBS',
    check: inRange(1, 2_097_151),
    doc: 'Compressed bodies of this many KiB or more travel in chunks of this size.',
  }),
  'wire.compression': oneOf(['auto', 'passthrough', 'delta'], {
    default: 'auto',
    doc: 'How bodies travel to a proxy that keeps them: passthrough = as the target compressed them, delta = as the difference to the last one, auto = delta where that pays.',
  }),
};

/** The bounds that keep memory finite, and what the health page thinks of them. */
export const limitRows = {
  'internal.scrapeRequestBacklogUnhealthySize': optionalInt({
    check: atLeast(1),
    doc: 'Waiting scrapes from which the health page says unhealthy; unset means 80 % of the bound.',
  }),
  'limits.maxScrapesWaiting': boundRow(1000, 'Scrapes that wait for their turn.'),
  'limits.maxReasonLength': int({
    default: 500,
    check: atLeast(MIN_REASON_LENGTH),
    doc: 'Characters that are kept of what a proxy gives as a reason, in the log.',
  }),
  'limits.maxLogLinesPerSec': logBoundRow(),
  'limits.bodyMemoryMBytes': boundRow(256, 'Memory for bodies of all scrapes, in MiB.'),
  'limits.partialMessageMBytes': boundRow(
    32,
    'Memory for messages of proxies that are not complete yet, in MiB; where it is full, the call whose message began first ends.',
  ),
  'limits.deltaMemoryMBytes': int({
    default: 32,
    check: inRange(0, MAX_DELTA_MBYTES),
    doc: 'Memory for the last bodies of each path, so that the next one travels as its difference, in MiB; 0 lets none do so.',
  }),
};
