import type { Logger } from '@app/operations';
import { type TargetConfig, TargetTable } from './target-table.js';

/**
 * The table of what the configuration lists. Of two entries for one path the later counts. A target whose URL
 * cannot be used stays in the table, so that whoever scrapes it reads why.
 */
export function createTargetTable(configs: readonly TargetConfig[], log: Logger): TargetTable {
  const table = new TargetTable();
  for (const config of configs) {
    const size = table.size;
    const { name, path, shownUrl, address } = table.set(config, 'STATIC');
    if (table.size === size) {
      log.warn({ path }, 'path is configured twice, the later entry counts');
    }
    if (address.kind === 'invalid') {
      log.error({ name, path, target: shownUrl, reason: address.reason }, 'target cannot be scraped');
    }
  }
  return table;
}
