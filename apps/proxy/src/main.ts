import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { ConfigSource } from '@app/config';
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
import { EmbeddedProxy } from './embedding/embedded-proxy.service.js';
import { ProxyModule } from './embedding/proxy.module.js';
import { loadProxyConfig, type ProxyOptions } from './config/proxy-options.js';
import { examineProxy } from './doctor/examine-proxy.js';

const PROGRAM = 'prometheus-proxy';
const args = process.argv.slice(2);
/** Of a module that somebody wrote; the proxy goes on. */
const STRAY_ERROR = 'a module that was added threw where nobody catches it';

const load = (): ReturnType<typeof loadProxyConfig> => loadProxyConfig(args, process.env, packageVersion());

if (doctor.asksForDoctor(args)) {
  await examine();
} else {
  await start();
}

/** Looks at what the program needs, in place of starting it. */
async function examine(): Promise<void> {
  const version = packageVersion();
  const examination = {
    program: PROGRAM,
    version,
    load: (rest: readonly string[]) => loadProxyConfig(rest, process.env, version),
    examine: examineProxy,
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

async function run(options: ProxyOptions, source: ConfigSource<ProxyOptions>): Promise<void> {
  const logger = createLogger({ program: PROGRAM, level: options.logLevel, format: options.logFormat });
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
