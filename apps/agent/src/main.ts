import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { ConfigOutcome, ConfigSource } from '@app/config';
import { containStrayErrors, loadModules, ModuleLoadError } from '@app/extensions';
import {
  createLogger,
  doctor,
  frameworkLogger,
  ListenError,
  PACKAGE_NAME,
  packageVersion,
  SignalExit,
  releaseStartUpMemory,
} from '@app/operations';
import { type AgentOptions, loadAgentConfig } from './config/agent-options.js';
import { examineAgent } from './doctor/examine-agent.js';
import { AgentModule } from './embedding/agent.module.js';
import { EmbeddedAgent } from './embedding/embedded-agent.service.js';
import { boundMatchingTime } from './filter/matching-time.js';

/** Of a module that somebody wrote; the agent goes on. */
const STRAY_ERROR = 'a module that was added threw where nobody catches it';

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
    containStrayErrors(options.modules, (module, err) => logger.error({ module, err }, STRAY_ERROR));
    const modules = await loadModules(options.modules, PACKAGE_NAME);
    const starting = NestFactory.createApplicationContext(
      AgentModule.forRoot({ options, source, modules, logger }),
      { logger: frameworkLogger(logger), abortOnError: false },
    );
    process.on(
      'SIGHUP',
      () =>
        void starting.then(
          (running) => running.get(EmbeddedAgent).started.reload(),
          () => undefined,
        ),
    );
    const host = await starting;
    const { identity, targets } = host.get(EmbeddedAgent).started;
    const { launchId, agentName } = identity;
    const fields = { version: packageVersion(), agentName, launchId, paths: targets.size };
    logger.info(fields, 'agent started');
    exit.ready(() => host.close());
    releaseStartUpMemory();
  } catch (error) {
    const isExpected = error instanceof ListenError || error instanceof ModuleLoadError;
    const { modules } = options;
    const fields = modules.length === 0 ? { err: error } : { err: error, modules };
    logger.fatal(isExpected ? {} : fields, isExpected ? error.message : 'the agent could not start');
    process.exitCode = 1;
  }
}
