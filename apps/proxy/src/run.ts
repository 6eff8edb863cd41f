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
import type { ProxyOptions } from './config/proxy-options.js';
import { ProxyModule } from './embedding/proxy.module.js';
import { EmbeddedProxy } from './embedding/embedded-proxy.service.js';

/** Of a module that somebody wrote; the proxy goes on. */
const STRAY_ERROR = 'a module that was added threw where nobody catches it';

/**
 * Start the proxy of a configuration, with signals, and log how that went; a failure sets the exit status.
 *
 * @param source - where `options` came from; its notices are logged
 */
export async function runProxy(options: ProxyOptions, source: ConfigSource<ProxyOptions>): Promise<void> {
  const logger = createLogger({
    program: 'prometheus-proxy',
    level: options.logLevel,
    format: options.logFormat,
  });
  source.notices.forEach((notice) => logger.warn(notice));
  const exit = new SignalExit(logger);
  try {
    containStrayErrors(options.modules, (module, err) => logger.error({ module, err }, STRAY_ERROR));
    const modules = await loadModules(options.modules, PACKAGE_NAME);
    const starting = NestFactory.createApplicationContext(
      ProxyModule.forRoot({ options, source, modules, logger }),
      { logger: frameworkLogger(logger), abortOnError: false },
    );
    process.on(
      'SIGHUP',
      () =>
        void starting.then(
          (running) => running.get(EmbeddedProxy).started.reload(),
          () => undefined,
        ),
    );
    const host = await starting;
    const proxy = host.get(EmbeddedProxy).started;
    const { httpPort, agentPort, encryption, adminPort, metricsPort, dashboardPort } = proxy;
    logger.info(
      { version: packageVersion(), httpPort, agentPort, encryption, adminPort, metricsPort, dashboardPort },
      'proxy is listening',
    );
    exit.ready(() => host.close());
    releaseStartUpMemory();
  } catch (error) {
    const isExpected = error instanceof ListenError || error instanceof ModuleLoadError;
    const { modules } = options;
    const fields = modules.length === 0 ? { err: error } : { err: error, modules };
    logger.fatal(isExpected ? {} : fields, isExpected ? error.message : 'the proxy could not start');
    process.exitCode = 1;
  }
}
