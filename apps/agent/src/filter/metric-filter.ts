import type { Logger } from '@app/operations';
import { LineFilter } from './line-filter.js';
import { LineJudge } from './line-judge.js';
import type { NameRules } from './name-rules.js';

/** What a filter took out of one body. */
export interface FilterTally {
  droppedLines: number;
  /** Newlines included. */
  droppedBytes: number;
}

/** Told once per body that was filtered to its end. */
export type ObserveFilter = (path: string, tally: FilterTally) => void;

const TEXT_TYPES = new Set(['', 'text/plain', 'application/openmetrics-text']);

/** The filter of one path. Each reason for not filtering a body is a warning once. */
export class MetricFilter {
  readonly #path: string;
  readonly #rules: NameRules;
  readonly #log: Logger;
  readonly #observe: ObserveFilter;
  readonly #warned = new Set<string>();

  constructor(path: string, rules: NameRules, log: Logger, observe: ObserveFilter) {
    this.#path = path;
    this.#rules = rules;
    this.#log = log;
    this.#observe = observe;
  }

  /** Whether a body of this type can be filtered, line by line. */
  takes(contentType: string): boolean {
    const [type = ''] = contentType.split(';');
    const isText = TEXT_TYPES.has(type.trim().toLowerCase());
    if (!isText) {
      this.#warnOnce('not text', { contentType: contentType.slice(0, 100) });
    }
    return isText;
  }

  /** Begin with a body. */
  begin(): LineFilter {
    return new LineFilter(new LineJudge(this.#rules));
  }

  /** A body was filtered to its end. */
  end({ droppedLines, droppedBytes }: LineFilter): void {
    this.#observe(this.#path, { droppedLines, droppedBytes });
  }

  /** A body, or what is left of it, is not filtered because it is no valid UTF-8. */
  passNotUtf8(): void {
    this.#warnOnce('not valid UTF-8', {});
  }

  #warnOnce(reason: string, fields: Record<string, unknown>): void {
    if (!this.#warned.has(reason)) {
      this.#warned.add(reason);
      this.#log.warn({ path: this.#path, reason, ...fields }, 'metric filter passes a body on as it is');
    }
  }
}
