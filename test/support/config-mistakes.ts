import type { ProgramName } from './our-program.js';

/** A configuration that is wrong in many places at once. */
export interface Mistakes {
  readonly program: ProgramName;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A word of each line that is expected, one per mistake. */
  readonly lines: readonly string[];
}

export const PROXY_MISTAKES: Mistakes = {
  program: 'proxy',
  file: `proxy {
    internal { scrapeRequestTimeoutSecs = 0, maxZippedContentSizeMBytes = many }
    pathConflict = fight
    logLevel = loud
    http.idleTimeoutSecs = -5
    limits.maxAgents = 0
    auth = [{ token = hunter2, paths = [] }]
  }`,
  args: ['--metrics_port', '70000', '-Dproxy.consolidatedMode=both'],
  env: { AGENT_PORT: 'abc' },
  lines: [
    'scrapeRequestTimeoutSecs',
    'maxZippedContentSizeMBytes',
    'pathConflict',
    'logLevel',
    'idleTimeoutSecs',
    'maxAgents',
    'auth',
    'metrics',
    'consolidatedMode',
    'AGENT_PORT',
  ],
};

export const AGENT_MISTAKES: Mistakes = {
  program: 'agent',
  file: `agent {
    agentToken = hunter2
    scrapeTimeoutSecs = 0
    minGzipSizeBytes = -1
    chunkContentSizeKbs = 2097152
    logFormat = xml
    http { maxConcurrentClients = 0, maxContentLengthMBytes = lots }
    internal { reconnectPauseSecs = 0, heartbeatCheckPauseMillis = 0 }
    pathConfigs = [{ name = a, path = a }]
  }`,
  args: ['--metrics_port', '70000'],
  env: { CONSOLIDATED: 'perhaps' },
  lines: [
    'scrapeTimeoutSecs',
    'minGzipSizeBytes',
    'chunkContentSizeKbs',
    'logFormat',
    'maxConcurrentClients',
    'maxContentLengthMBytes',
    'reconnectPauseSecs',
    'heartbeatCheckPauseMillis',
    'pathConfigs',
    'metrics',
    'CONSOLIDATED',
  ],
};
