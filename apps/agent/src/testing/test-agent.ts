import '../../../../test/support/quiet-framework.js';
import { type RunningAgent, startAgent } from '../bootstrap.js';
import { type AgentOptions, defaultAgentOptions } from '../config/agent-options.js';
import { type LogLine, recordingLogger } from './recording-logger.js';
import type { ScriptedProxy } from './scripted-proxy.js';

type Overrides = NonNullable<Parameters<typeof defaultAgentOptions>[0]>;

/** An agent in this process, and what it logs. */
export interface TestAgent extends RunningAgent {
  readonly lines: LogLine[];
}

/** Start an agent that dials `proxy` and retries quickly. */
export async function startTestAgent(
  proxy: Pick<ScriptedProxy, 'port'> | readonly Pick<ScriptedProxy, 'port'>[],
  overrides: Overrides = {},
): Promise<TestAgent> {
  const endpoints: AgentOptions['endpoints'] = [proxy]
    .flat()
    .map(({ port }) => ({ host: '127.0.0.1', port }));
  const options = defaultAgentOptions({
    endpoints,
    ...overrides,
    internal: { reconnectPauseSecs: 1, heartbeatCheckPauseMillis: 20, ...overrides.internal },
  });
  const { logger, lines } = recordingLogger();
  const agent = await startAgent(options, logger);
  return Object.defineProperties(agent, { lines: { value: lines } }) as TestAgent;
}

/** One entry of `pathConfigs`. */
export function pathConfig(path: string, url: string, labels = '{}'): AgentOptions['pathConfigs'][number] {
  return { name: path, path, url, labels };
}
