import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ConfigSource } from '@app/config';
import {
  createLogger,
  frameworkLogger,
  ListenError,
  type LogFormat,
  type Logger,
  PACKAGE_NAME,
  packageVersion,
  releaseStartUpMemory,
  SignalExit,
} from '@app/operations';
import { loadModules, ModuleLoadError } from './load-modules.js';
import type { NamedModule } from './named.module.js';
import { containStrayErrors } from './stray-errors.js';

/** Of a module that somebody wrote; the program goes on. */
const STRAY_ERROR = 'a module that was added threw where nobody catches it';

/** What every program is told. */
export interface ProcessOptions {
  readonly logLevel: string;
  readonly logFormat: LogFormat;
  readonly limits: { readonly maxLogLinesPerSec: number };
  /** Files of modules that are not ours. */
  readonly modules: readonly string[];
}

/** What a program is made of when a process runs it. */
export interface ProcessSetup<O> {
  readonly options: O;
  /** Where they came from. */
  readonly source: ConfigSource<O>;
  readonly modules: readonly NamedModule[];
  readonly logger: Logger;
}

/** A program as the process sees it. */
export interface ProcessProgram<O extends ProcessOptions, Running extends { reload(): Promise<void> }> {
  /** What it is: `the … could not start`. */
  readonly kind: 'agent' | 'proxy';
  /** The host of it alone. */
  readonly module: (setup: ProcessSetup<O>) => DynamicModule;
  /** It, once the host has started. */
  readonly runningIn: (host: INestApplicationContext) => Running;
  /** What is logged of it then. */
  readonly announce: (running: Running) => { readonly words: string; readonly fields: object };
}

/**
 * Run a program of ours in this process, with signals, and log how its start went; a failure sets the exit status.
 *
 * @param source - where `options` came from; its notices are logged
 */
export async function runProgram<O extends ProcessOptions, Running extends { reload(): Promise<void> }>(
  program: ProcessProgram<O, Running>,
  options: O,
  source: ConfigSource<O>,
): Promise<void> {
  const { logLevel: level, logFormat: format, limits } = options;
  const logger = createLogger({
    program: `prometheus-${program.kind}`,
    level,
    format,
    maxLinesPerSec: limits.maxLogLinesPerSec,
  });
  source.notices.forEach((notice) => logger.warn(notice));
  const exit = new SignalExit(logger);
  try {
    containStrayErrors(options.modules, (module, err) => logger.error({ module, err }, STRAY_ERROR));
    const modules = await loadModules(options.modules, PACKAGE_NAME);
    const starting = NestFactory.createApplicationContext(
      program.module({ options, source, modules, logger }),
      { logger: frameworkLogger(logger), abortOnError: false },
    );
    reloadOnHangup(program, starting);
    const host = await starting;
    const { words, fields } = program.announce(program.runningIn(host));
    logger.info({ version: packageVersion(), ...fields }, words);
    exit.ready(() => host.close());
    releaseStartUpMemory();
  } catch (error) {
    const isExpected = error instanceof ListenError || error instanceof ModuleLoadError;
    const { modules } = options;
    const fields = modules.length === 0 ? { err: error } : { err: error, modules };
    logger.fatal(
      isExpected ? {} : fields,
      isExpected ? error.message : `the ${program.kind} could not start`,
    );
    process.exitCode = 1;
  }
}

/** From now on, while it starts as well. */
function reloadOnHangup<O extends ProcessOptions, Running extends { reload(): Promise<void> }>(
  { runningIn }: ProcessProgram<O, Running>,
  starting: Promise<INestApplicationContext>,
): void {
  const reload = (): Promise<void> =>
    starting.then(
      (host) => runningIn(host).reload(),
      () => undefined,
    );
  process.on('SIGHUP', () => void reload());
}
