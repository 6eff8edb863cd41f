import 'reflect-metadata';
import type { ConfigOutcome, ConfigSource } from '@app/config';
import { createLogger, doctor, ListenError, packageVersion, SignalExit } from '@app/operations';
import { startAgent } from './bootstrap.js';
import { type AgentOptions, loadAgentConfig } from './config/agent-options.js';
import { examineAgent } from './doctor/examine-agent.js';
import { boundMatchingTime } from './filter/matching-time.js';

const args = process.argv.slice(2);
if (doctor.asksForDoctor(args)) {
  await examine();
} else {
  await start();
}

/** Looks at what the program needs, in place of starting it. */
async function examine(): Promise<void> {
  const version = packageVersion();
  const examination = {
    program: 'prometheus-agent',
    version,
    load: (rest: readonly string[]) => loadAgentConfig(rest, process.env, version),
    examine: examineAgent,
  };
  const { text, status } = await doctor.runDoctor(args, examination);
  process.stdout.write(`${text}\n`, () => process.exit(status));
}

async function start(): Promise<void> {
  const outcome = await load();
  switch (outcome.kind) {
    case 'print':
      process.stdout.write(`${outcome.text}\n`);
      break;
    case 'invalid':
      process.stderr.write(`${outcome.problems.join('\n')}\n`);
      process.exitCode = 1;
      break;
    case 'run':
      await run(outcome.options, { files: outcome.files, notices: outcome.notices, load });
  }
}

async function load(): Promise<ConfigOutcome<AgentOptions>> {
  const read = await loadAgentConfig(args, process.env, packageVersion());
  if (read.kind === 'run' && read.options.filters.length > 0) {
    boundMatchingTime();
  }
  return read;
}

async function run(options: AgentOptions, source: ConfigSource<AgentOptions>): Promise<void> {
  const { logLevel: level, logFormat: format } = options;
  const logger = createLogger({ program: 'prometheus-agent', level, format });
  source.notices.forEach((notice) => logger.warn(notice));
  const exit = new SignalExit(logger);
  try {
    const starting = startAgent(options, logger, source);
    process.on(
      'SIGHUP',
      () =>
        void starting.then(
          (running) => running.reload(),
          () => undefined,
        ),
    );
    const agent = await starting;
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
