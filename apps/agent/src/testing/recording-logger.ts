import { createLogger, type Logger } from '@app/operations';

/** What was logged, one object per line. */
export interface LogLine {
  level: string;
  msg: string;
  [field: string]: unknown;
}

/** A logger that keeps its lines. */
export function recordingLogger(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as LogLine) };
  const logger = createLogger({ program: 'test', level: 'debug', format: 'json', destination });
  return { logger, lines };
}
