import { type DynamicModule, Global, type LoggerService, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { LOGGER } from './tokens.js';

@Global()
@Module({})
class LoggingModule {}

/**
 * Make `logger` injectable everywhere, under the token `LOGGER` and through nestjs-pino's own classes.
 *
 * Requests are not logged one by one: no middleware is put on any route.
 */
export function loggerModule(logger: Logger): DynamicModule {
  return {
    module: LoggingModule,
    imports: [LoggerModule.forRoot({ pinoHttp: { logger, autoLogging: false }, forRoutes: [] })],
    providers: [{ provide: LOGGER, useValue: logger }],
    exports: [LOGGER, LoggerModule],
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
      logger.error(errorFieldsOf(message, rest), String(message)),
    fatal: (message: unknown, ...rest: unknown[]) =>
      logger.fatal(errorFieldsOf(message, rest), String(message)),
  };
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
