import 'reflect-metadata';
import { createLogger, ListenError, packageVersion, SignalExit } from '@app/operations';
import { startAgent } from './bootstrap.js';
import { type AgentOptions, loadAgentConfig } from './config/agent-options.js';
import { boundMatchingTime } from './filter/matching-time.js';

const outcome = await loadAgentConfig(process.argv.slice(2), process.env, packageVersion());
switch (outcome.kind) {
  case 'print':
    process.stdout.write(`${outcome.text}\n`);
    break;
  case 'invalid':
    process.stderr.write(`${outcome.problems.join('\n')}\n`);
    process.exitCode = 1;
    break;
  case 'run':
    await run(outcome.options, outcome.notices);
}

async function run(options: AgentOptions, notices: readonly string[]): Promise<void> {
  const { logLevel: level, logFormat: format } = options;
  const logger = createLogger({ program: 'prometheus-agent', level, format });
  notices.forEach((notice) => logger.warn(notice));
  const exit = new SignalExit(logger);
  if (options.filters.length > 0) {
    boundMatchingTime();
  }
  try {
    const agent = await startAgent(options, logger);
    const { launchId, agentName } = agent.identity;
    logger.info(
      { version: packageVersion(), agentName, launchId, paths: agent.targets.size },
      'agent started',
    );
    exit.ready(() => agent.close());
  } catch (error) {
    const isExpected = error instanceof ListenError;
    logger.fatal(isExpected ? {} : { err: error }, isExpected ? error.message : 'the agent could not start');
    process.exitCode = 1;
  }
}
