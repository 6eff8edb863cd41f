import { Logger as HostLogger } from '@nestjs/common';
import type { Logger } from 'pino';
import { createLogger, type LoggerSettings } from './logger.js';

/** The host's word for each of pino's levels. */
const METHODS = {
  trace: 'verbose',
  debug: 'debug',
  info: 'log',
  warn: 'warn',
  error: 'error',
  fatal: 'fatal',
} as const;

/** A line as pino writes it. */
interface Line {
  readonly level: keyof typeof METHODS;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** Fields that the host's logger adds itself. */
const OWN_FIELDS = new Set(['level', 'time', 'msg', 'program', 'pid', 'hostname']);

/**
 * A logger whose lines go to the Nest logger of the host, with the program as their context: as one text each, the
 * fields after the message.
 *
 * @param program - stands as the context
 * @param level - what is logged at all; the host's own levels apply, too
 */
export function hostLogger({
  program,
  level,
  maxLinesPerSec,
}: Pick<LoggerSettings, 'program' | 'level' | 'maxLinesPerSec'>): Logger {
  const host = new HostLogger(program);
  const destination = {
    write: (text: string): void => {
      const line = JSON.parse(text) as Line;
      host[METHODS[line.level]](textOf(line));
    },
  };
  return createLogger({ program, level, format: 'json', destination, maxLinesPerSec });
}

function textOf(line: Line): string {
  const fields = Object.entries(line).filter(([name]) => !OWN_FIELDS.has(name));
  const told = fields.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(fields))}`;
  return `${line.msg ?? ''}${told}`;
}
