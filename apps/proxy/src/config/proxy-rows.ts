import {
  flag,
  inRange,
  int,
  logRows,
  moduleRows,
  type OptionGroup,
  operationsRows,
  type OptionValues,
} from '@app/config';
import { dashboardRows } from './dashboard-rows.js';
import { discoveryRows } from './discovery-rows.js';
import { internalRows, limitRows } from './internal-rows.js';
import { agentPortRows, scrapePortRows } from './link-rows.js';
import { MAX_REMEMBERED } from './remembered.js';
import { scrapeSecurityRows } from './scrape-security-rows.js';
import { tlsRows, transportRows } from './transport-rows.js';

const loggingRows = logRows('PROXY_LOG_LEVEL', 'PROXY_LOG_FORMAT');
const extensionRows = moduleRows('proxy');
const pageRows = {
  ...operationsRows({ admin: 8092, metrics: 8082 }),
  'admin.recentRequestsQueueSize': int({
    default: 50,
    check: inRange(0, MAX_REMEMBERED),
    doc: 'Scrapes that /debug shows.',
  }),
  'metrics.pathSeries': flag({
    default: true,
    doc: 'Have series for each path; off, they are summed under an empty path.',
  }),
};

/** Every option of the proxy: one row each, by its key without `proxy.`. */
export const proxyRows = {
  ...scrapePortRows,
  ...scrapeSecurityRows,
  ...agentPortRows,
  ...tlsRows,
  ...transportRows,
  ...loggingRows,
  ...pageRows,
  ...extensionRows,
  ...dashboardRows,
  ...discoveryRows,
  ...internalRows,
  ...limitRows,
};

/** The same rows as the help and the settings page show them. */
export const proxyGroups: readonly OptionGroup[] = [
  { title: 'Scrapes', rows: scrapePortRows },
  { title: 'Who may scrape', rows: scrapeSecurityRows },
  { title: 'Agents', rows: agentPortRows },
  { title: 'TLS of the agent port', rows: tlsRows },
  { title: 'Connections of agents', rows: transportRows },
  { title: 'Logs', rows: loggingRows },
  { title: 'Admin pages and metrics', rows: pageRows },
  { title: 'Modules of your own', rows: extensionRows },
  { title: 'Dashboard', rows: dashboardRows },
  { title: 'Service discovery and departed paths', rows: discoveryRows },
  { title: 'Deadlines, sizes and health', rows: internalRows },
  { title: 'Bounds', rows: limitRows },
];

/** The proxy's options: nested by key, checked, frozen. */
export type ProxyOptions = OptionValues<typeof proxyRows>;
