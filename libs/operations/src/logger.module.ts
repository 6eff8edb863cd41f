import { type DynamicModule, Global, type LoggerService, Module, Scope } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Logger } from 'pino';
import { ListenError } from './listen.js';
import { LogRate } from './log-rate.js';
import { logRateOf } from './logger.js';
import { LOGGER } from './tokens.js';

@Global()
@Module({})
class LoggingModule {}

/** nestjs-pino writes to the first logger of the process; this writes to the one of its application. */
class ApplicationLogger extends PinoLogger {
  constructor(private readonly own: Logger) {
    super({ pinoHttp: { logger: own } });
  }

  override get logger(): Logger {
    return this.own;
  }
}

/**
 * Make `logger` injectable everywhere: as itself under the token `LOGGER`, and as nestjs-pino's `PinoLogger`,
 * one per class that asks for it, so that each can name itself.
 *
 * Requests are not logged one by one: no middleware is put on any route.
 */
export function loggerModule(logger: Logger): DynamicModule {
  return {
    module: LoggingModule,
    providers: [
      { provide: LOGGER, useValue: logger },
      { provide: LogRate, useValue: logRateOf(logger) },
      { provide: PinoLogger, scope: Scope.TRANSIENT, useFactory: () => new ApplicationLogger(logger) },
    ],
    exports: [LOGGER, LogRate, PinoLogger],
  };
}

/**
 * What the framework itself logs, brought into `logger`: pass it to `NestFactory.create(…, { logger })`.
 *
 * Its notes on routes and modules are of use to developers only and become debug lines; its warnings and
 * errors keep their level.
 */
export function frameworkLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown, ...rest: unknown[]) => logger.debug(fieldsOf(rest), String(message)),
    debug: (message: unknown, ...rest: unknown[]) => logger.debug(fieldsOf(rest), String(message)),
    verbose: (message: unknown, ...rest: unknown[]) => logger.trace(fieldsOf(rest), String(message)),
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(fieldsOf(rest), String(message)),
    error: (message: unknown, ...rest: unknown[]) =>
      logger[isExpected(message) ? 'debug' : 'error'](errorFieldsOf(message, rest), String(message)),
    fatal: (message: unknown, ...rest: unknown[]) =>
      logger.fatal(errorFieldsOf(message, rest), String(message)),
  };
}

/** Why a start has failed is said once, by the program that started. */
function isExpected(message: unknown): boolean {
  return message instanceof ListenError;
}

/** The framework puts the name of the class that logs last. */
function fieldsOf(rest: readonly unknown[]): object {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}

function errorFieldsOf(message: unknown, rest: readonly unknown[]): object {
  if (message instanceof Error) return { ...fieldsOf(rest), err: message };
  const stack =
    rest.length > 1 ? rest.find((word) => typeof word === 'string' && word.includes('\n')) : undefined;
  return stack === undefined ? fieldsOf(rest) : { ...fieldsOf(rest), stack };
}
