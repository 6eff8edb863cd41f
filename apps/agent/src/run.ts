import { NestFactory } from '@nestjs/core';
import type { ConfigSource } from '@app/config';
import { containStrayErrors, loadModules, ModuleLoadError } from '@app/extensions';
import {
  createLogger,
  frameworkLogger,
  ListenError,
  PACKAGE_NAME,
  packageVersion,
  SignalExit,
  releaseStartUpMemory,
} from '@app/operations';
import type { AgentOptions } from './config/agent-options.js';
import { AgentModule } from './embedding/agent.module.js';
import { EmbeddedAgent } from './embedding/embedded-agent.service.js';

/** Of a module that somebody wrote; the agent goes on. */
const STRAY_ERROR = 'a module that was added threw where nobody catches it';

/**
 * Start the agent of a configuration, with signals, and log how that went; a failure sets the exit status.
 *
 * @param source - where `options` came from; its notices are logged
 */
export async function runAgent(options: AgentOptions, source: ConfigSource<AgentOptions>): Promise<void> {
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
