import type { FaultRow, Group } from './fault-row.js';
import { GARBAGE_ROWS } from './rows/garbage-rows.js';
import { HOSTILE_AGENT_ROWS } from './rows/hostile-agent-rows.js';
import { HOSTILE_PROXY_ROWS } from './rows/hostile-proxy-rows.js';
import { LINK_ROWS } from './rows/link-rows.js';
import { PROXY_NAME_ROWS, TARGET_NAME_ROWS } from './rows/name-rows.js';
import { PROCESS_ROWS } from './rows/process-rows.js';
import { SCRAPER_PATHS, SCRAPER_ROWS } from './rows/scraper-rows.js';
import { TARGET_PATHS, TARGET_ROWS } from './rows/target-rows.js';
import { UNFINISHED_MESSAGE_ROWS } from './rows/unfinished-message-rows.js';
import type { WorldMaker } from './world.js';

/** Rows that share a world. */
export interface FaultGroup {
  readonly group: Group;
  readonly rows: readonly FaultRow[];
  readonly world: WorldMaker;
}

/** The whole table. */
export const TABLE: readonly FaultGroup[] = [
  { group: 'process', rows: PROCESS_ROWS, world: {} },
  { group: 'link', rows: [...LINK_ROWS, ...PROXY_NAME_ROWS], world: {} },
  { group: 'target', rows: [...TARGET_ROWS, ...TARGET_NAME_ROWS], world: { paths: TARGET_PATHS } },
  { group: 'scraper', rows: SCRAPER_ROWS, world: { paths: SCRAPER_PATHS } },
  { group: 'hostile agent', rows: [...HOSTILE_AGENT_ROWS, ...UNFINISHED_MESSAGE_ROWS], world: {} },
  { group: 'hostile proxy', rows: HOSTILE_PROXY_ROWS, world: {} },
  { group: 'garbage', rows: GARBAGE_ROWS, world: {} },
];
