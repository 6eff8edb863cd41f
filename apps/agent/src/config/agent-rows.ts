import { logRows, moduleRows, operationsRows, type OptionGroup, type OptionValues } from '@app/config';
import { identityRows, proxyLinkRows } from './connection-rows.js';
import { keepaliveRows, tlsRows } from './link-security-rows.js';
import type { ProxyEndpoint } from './proxy-endpoints.js';
import { limitRows, scrapeRows } from './scrape-rows.js';
import { egressListRows, egressRows, targetTlsRows } from './target-rows.js';

const loggingRows = logRows('AGENT_LOG_LEVEL', 'AGENT_LOG_FORMAT');
const extensionRows = moduleRows('agent');
const pageRows = operationsRows({ admin: 8093, metrics: 8083 });

/** Every option of the agent: one row each, by its key without `agent.`. */
export const agentRows = {
  ...identityRows,
  ...proxyLinkRows,
  ...tlsRows,
  ...keepaliveRows,
  ...scrapeRows,
  ...targetTlsRows,
  ...egressListRows,
  ...egressRows,
  ...loggingRows,
  ...pageRows,
  ...extensionRows,
  ...limitRows,
};

/** The same rows as the help and the settings page show them. */
export const agentGroups: readonly OptionGroup[] = [
  { title: 'Identity', rows: identityRows },
  { title: 'Connection to the proxy', rows: { ...proxyLinkRows, ...keepaliveRows } },
  { title: 'TLS of the connection to the proxy', rows: tlsRows },
  { title: 'Scrapes', rows: scrapeRows },
  { title: 'TLS of https targets', rows: targetTlsRows },
  { title: 'What may be fetched', rows: egressListRows },
  { title: 'HTTP proxies on the way out', rows: egressRows },
  { title: 'Logs', rows: loggingRows },
  { title: 'Admin pages and metrics', rows: pageRows },
  { title: 'Modules of your own', rows: extensionRows },
  { title: 'Bounds and health', rows: limitRows },
];

/** What the rows say, one by one. */
export type AgentValues = OptionValues<typeof agentRows>;

/** What follows from several of them. */
export interface DerivedAgentOptions {
  /** The proxies to try, in order of preference; never empty. Read this, not `proxy`. */
  readonly endpoints: readonly ProxyEndpoint[];
  /** Whether somebody set `scrapeTimeoutSecs`, rather than leaving it at its default. */
  readonly isScrapeTimeoutExplicit: boolean;
}

/** The agent's options: nested by key, checked, frozen. */
export type AgentOptions = AgentValues & DerivedAgentOptions;
