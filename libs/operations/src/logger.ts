import { createRequire } from 'node:module';
import type PinoPretty from 'pino-pretty';
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { logOutput } from './log-output.js';
import { LogRate } from './log-rate.js';

/** For what is loaded only where it is used, without waiting for it. */
const require = createRequire(import.meta.url);

/** How log lines look: for a person, for a machine, or by whether standard output is a terminal. */
export type LogFormat = 'auto' | 'pretty' | 'json';

/** What {@link createLogger} needs to know. */
export interface LoggerSettings {
  /** Stands in every line as `program`. */
  readonly program: string;
  /** trace, debug, info, warn, error or off in any case; blank means info. */
  readonly level: string;
  readonly format: LogFormat;
  /** Where lines go; standard output unless given. */
  readonly destination?: DestinationStream;
  /** Lines in a second at most; any number unless given. Those that say why a program ends are logged in any case. */
  readonly maxLinesPerSec?: number;
}

const STDOUT = 1;

/** Where a logger and those made of it keep their rate. */
const RATE = Symbol('log rate');

const SECRET_KEYS = ['authorization', 'Authorization', 'authHeader', 'agentToken', 'token', 'password'];
const SECRET_HEADERS = ['["agent-token"]', '["proxy-authorization"]'];

/**
 * Make the one logger of a program.
 *
 * Lines are written synchronously, so that the last words of a dying process are not lost; where they cannot be written,
 * the program goes on without them. Fields whose name
 * says that they hold a credential are masked, at the top and one level down; that is the second net, the
 * first is not to log them.
 */
export function createLogger(settings: LoggerSettings): Logger {
  const rate = new LogRate(settings.maxLinesPerSec ?? Infinity);
  const options: LoggerOptions = {
    level: toPinoLevel(settings.level),
    base: { program: settings.program },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretPaths(), censor: '***' },
    hooks: {
      logMethod(line, method, level) {
        if (level >= pino.levels.values['fatal']! || rate.admits((lines) => leftOut(log, lines, rate))) {
          method.apply(this, line);
        }
      },
    },
  };
  const target = settings.destination ?? logOutput(STDOUT, (lines) => lostLines(log, lines));
  const log = pino(
    options,
    isPretty(settings.format) ? prettyTo(target, settings.destination === undefined) : target,
  );
  return Object.assign(log, { [RATE]: rate });
}

/** How many lines a logger logs in a second; any number where it was not made by {@link createLogger}. */
export function logRateOf(logger: Logger & { readonly [RATE]?: LogRate }): LogRate {
  return logger[RATE] ?? new LogRate(Infinity);
}

function leftOut(log: Logger, lines: number, { bound }: LogRate): void {
  log.warn({ lines, atMost: bound.limit }, 'log lines were left out: there were too many in one second');
}

function lostLines(log: Logger, lines: number): void {
  log.warn({ lines }, 'log lines were lost while standard output could not be written');
}

function toPinoLevel(level: string): string {
  const name = level.trim().toLowerCase();
  if (name === '') return 'info';
  return name === 'off' ? 'silent' : name;
}

function isPretty(format: LogFormat): boolean {
  return format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
}

/** Lines are made readable one by one in this thread, so they stay synchronous. */
function prettyTo(target: DestinationStream, isStdout: boolean): DestinationStream {
  const { prettyFactory } = require('pino-pretty') as typeof PinoPretty;
  const prettify = prettyFactory({
    colorize: isStdout && process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'program',
    singleLine: true,
  });
  return { write: (line) => target.write(prettify(line)) };
}

function secretPaths(): string[] {
  const names = [...SECRET_KEYS, ...SECRET_HEADERS];
  return names.flatMap((name) => [name, name.startsWith('[') ? `*${name}` : `*.${name}`]);
}
