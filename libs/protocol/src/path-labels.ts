import { parseDurationMs } from './prometheus-duration.js';

/** Labels as they are served, and what of them was dropped. */
export interface PathLabels {
  readonly labels: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** `__…` labels that an agent may set: they steer the scrape and Prometheus reads them from discovery. */
const ALLOWED_INTERNAL = /^__(param_[a-zA-Z0-9_]+|scrape_interval__|scrape_timeout__)$/;

/** Of these, the durations: Prometheus drops a target whose duration it cannot use. */
const INTERVAL = '__scrape_interval__';
const TIMEOUT = '__scrape_timeout__';

/** Prometheus' label names (data model). */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

const NONE: Readonly<Record<string, string>> = Object.freeze({});

/**
 * The labels of a path, from the JSON object that the agent sent.
 *
 * Numbers and booleans become strings, and strings valid Unicode. Invalid names and durations, nested values and internal names (beginning with `__`) are
 * dropped with a warning: one bad label would make Prometheus refuse the whole discovery document. A text that is no
 * object, or has more than `maxBytes` bytes, gives no labels and a warning; the path works all the same.
 */
export function parsePathLabels(text: string, maxBytes: number): PathLabels {
  if (text.trim() === '') {
    return { labels: NONE, warnings: [] };
  }
  if (Buffer.byteLength(text) > maxBytes) {
    return { labels: NONE, warnings: [`labels dropped: more than ${maxBytes} bytes`] };
  }
  const object = parseObject(text);
  if (object === undefined) {
    return { labels: NONE, warnings: ['labels dropped: not a JSON object'] };
  }
  return collect(object);
}

function collect(object: object): PathLabels {
  const kept: [string, string][] = [];
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(object) as [string, unknown][]) {
    const problem = findProblem(name, value);
    if (problem === undefined) {
      kept.push([name, String(value).toWellFormed()]);
    } else {
      warnings.push(`label ${JSON.stringify(name.slice(0, 100))} dropped: ${problem}`);
    }
  }
  const labels = Object.fromEntries(kept);
  const contradiction = findContradiction(labels);
  if (contradiction !== undefined) {
    delete labels[TIMEOUT];
    warnings.push(contradiction);
  }
  return { labels: Object.freeze(labels), warnings };
}

function findContradiction({
  [INTERVAL]: interval,
  [TIMEOUT]: timeout,
}: Record<string, string>): string | undefined {
  const isLonger =
    interval !== undefined &&
    timeout !== undefined &&
    (parseDurationMs(timeout) ?? 0) > (parseDurationMs(interval) ?? Infinity);
  return isLonger
    ? `label "${TIMEOUT}" dropped: ${timeout} is longer than the interval, ${interval}`
    : undefined;
}

function findProblem(name: string, value: unknown): string | undefined {
  if (!LABEL_NAME.test(name)) {
    return 'not a label name';
  }
  if (name.startsWith('__') && !ALLOWED_INTERNAL.test(name)) {
    return 'names beginning with __ are internal to Prometheus';
  }
  if ((name === INTERVAL || name === TIMEOUT) && parseDurationMs(String(value)) === undefined) {
    return 'not a duration as Prometheus has them, such as 30s or 1m30s';
  }
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? undefined : 'the value is no string, number or boolean';
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
