import 'reflect-metadata';
import type { ConfigOutcome } from '@app/config';
import { launch, packageVersion } from '@app/operations/launch';
import { type AgentOptions, loadAgentConfig } from './config/agent-options.js';
import { boundMatchingTime } from './filter/matching-time.js';
import { widenThreadPool } from './thread-pool.js';

widenThreadPool(process.env);

const version = packageVersion();

await launch({
  program: 'prometheus-agent',
  version,
  load,
  run: async (options, source) => {
    const { runAgent } = await (options.modules.length === 0
      ? import('./run.js')
      : import('./run-with-modules.js'));
    return runAgent(options, source);
  },
  examine: async (options, signal) =>
    (await import('./doctor/examine-agent.js')).examineAgent(options, signal),
});

async function load(args: readonly string[]): Promise<ConfigOutcome<AgentOptions>> {
  const read = await loadAgentConfig(args, process.env, version);
  if (read.kind === 'run' && read.options.filters.length > 0) {
    boundMatchingTime();
  }
  return read;
}
