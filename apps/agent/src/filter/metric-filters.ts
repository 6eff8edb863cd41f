import type { Logger } from '@app/operations';
import { MetricFilter, type ObserveFilter } from './metric-filter.js';
import { compileNamePattern } from './name-pattern.js';
import { NameRules } from './name-rules.js';

/** What a filter is configured with. */
export interface FilterConfig {
  /** Without a leading slash. */
  path: string;
  metricNameAllow: readonly string[];
  metricNameDeny: readonly string[];
}

/** The filter of each path that has one. */
export class MetricFilters {
  readonly #filters: ReadonlyMap<string, MetricFilter>;

  /**
   * Of two entries for a path the later counts; one without patterns is none.
   *
   * @throws {RangeError} on a pattern that cannot be used
   */
  constructor(configs: readonly FilterConfig[], log: Logger, observe: ObserveFilter) {
    const filters = configs
      .filter(({ metricNameAllow, metricNameDeny }) => metricNameAllow.length + metricNameDeny.length > 0)
      .map((config) => [config.path, new MetricFilter(config.path, rulesOf(config), log, observe)] as const);
    this.#filters = new Map(filters);
  }

  /** The paths that have one. */
  get paths(): string[] {
    return [...this.#filters.keys()];
  }

  find(path: string): MetricFilter | undefined {
    return this.#filters.get(path);
  }
}

function rulesOf({ path, metricNameAllow, metricNameDeny }: FilterConfig): NameRules {
  const compile = (pattern: string): RegExp => {
    const compiled = compileNamePattern(pattern);
    if (compiled.kind === 'invalid') {
      throw new RangeError(`the metric filter of ${path} cannot use "${pattern}": ${compiled.reason}`);
    }
    return compiled.regex;
  };
  return new NameRules(metricNameAllow.map(compile), metricNameDeny.map(compile));
}
