import { CounterFamily, type Logger, type Tally } from '@app/operations';
import type { Registry } from 'prom-client';
import type { FaultReport } from './extension-faults.js';

export interface FaultReportParts {
  readonly registry: Registry;
  readonly log: Logger;
  /** The counter's name. */
  readonly metric: string;
  /** Labels that every series of it carries, beside `module` and `seam`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Faults as a counter and as error lines. One per registry. */
export function faultReport({ registry, log, metric, labels }: FaultReportParts): FaultReport {
  const family = new CounterFamily<string>(registry, {
    name: metric,
    help: 'Errors of modules that were added',
    labelNames: [...Object.keys(labels), 'module', 'seam'],
  });
  const series = new Map<string, Tally>();
  return {
    count: (seam, module) => {
      const key = JSON.stringify([module, seam]);
      const tally = series.get(key) ?? family.series({ ...labels, module, seam });
      series.set(key, tally);
      tally.add();
    },
    log: (fields, words) => log.error(fields, words),
  };
}
