import { createLogger, type doctor, type Logger } from '@app/operations';

/** What parts of the agent would log as a warning or worse, as findings. */
export class CollectedWarnings {
  readonly logger: Logger;
  readonly #findings: doctor.Finding[] = [];

  constructor() {
    const destination = { write: (line: string) => this.#take(JSON.parse(line) as Record<string, unknown>) };
    this.logger = createLogger({ program: 'doctor', level: 'warn', format: 'json', destination });
  }

  get findings(): readonly doctor.Finding[] {
    return this.#findings;
  }

  #take({ level, msg, time: _time, program: _program, ...fields }: Record<string, unknown>): void {
    const details = Object.entries(fields).map(([name, value]) => `${name} ${wordsOf(value)}`);
    const words = [String(msg), ...details].join('; ');
    this.#findings.push({ verdict: level === 'warn' ? 'warning' : 'problem', subject: 'paths', words });
  }
}

const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
