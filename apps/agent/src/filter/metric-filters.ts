import { isDeepStrictEqual } from 'node:util';
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

interface Configured {
  config: FilterConfig;
  filter: MetricFilter;
}

/** The filter of each path that has one. */
export class MetricFilters {
  readonly #log: Logger;
  readonly #observe: ObserveFilter;
  #filters: ReadonlyMap<string, Configured> = new Map();

  /**
   * Of two entries for a path the later counts; one without patterns is none.
   *
   * @throws {RangeError} on a pattern that cannot be used
   */
  constructor(configs: readonly FilterConfig[], log: Logger, observe: ObserveFilter) {
    this.#log = log;
    this.#observe = observe;
    this.replace(configs);
  }

  /**
   * Filter by these from the next body on. What has not changed stays as it is.
   *
   * @throws {RangeError} on a pattern that cannot be used; nothing changes then
   */
  replace(configs: readonly FilterConfig[]): void {
    const filters = configs
      .filter(({ metricNameAllow, metricNameDeny }) => metricNameAllow.length + metricNameDeny.length > 0)
      .map((config) => [config.path, this.#keepOrMake(config)] as const);
    this.#filters = new Map(filters);
  }

  /** The paths that have one. */
  get paths(): string[] {
    return [...this.#filters.keys()];
  }

  find(path: string): MetricFilter | undefined {
    return this.#filters.get(path)?.filter;
  }

  #keepOrMake(config: FilterConfig): Configured {
    const known = this.#filters.get(config.path);
    return known !== undefined && isDeepStrictEqual(known.config, config)
      ? known
      : { config, filter: new MetricFilter(config.path, rulesOf(config), this.#log, this.#observe) };
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
