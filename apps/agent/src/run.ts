import type { ConfigSource } from '@app/config';
import { runProgram } from '@app/extensions';
import type { AgentOptions } from './config/agent-options.js';
import { AgentModule } from './embedding/agent.module.js';
import { EmbeddedAgent } from './embedding/embedded-agent.service.js';

/**
 * Start the agent of a configuration, with signals, and log how that went; a failure sets the exit status.
 *
 * @param source - where `options` came from; its notices are logged
 */
export function runAgent(options: AgentOptions, source: ConfigSource<AgentOptions>): Promise<void> {
  return runProgram(
    {
      kind: 'agent',
      module: (setup) => AgentModule.forRoot(setup),
      runningIn: (host) => host.get(EmbeddedAgent).started,
      announce: ({ identity: { launchId, agentName }, targets }) => ({
        words: 'agent started',
        fields: { agentName, launchId, paths: targets.size },
      }),
    },
    options,
    source,
  );
}
