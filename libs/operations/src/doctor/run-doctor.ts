import type { ConfigOutcome } from '@app/config';
import { problem, countOf, type Section } from './findings.js';
import { jsonReport, textReport } from './report.js';

/** The first argument that asks for an examination in place of the program. */
const COMMAND = 'doctor';
const JSON_FLAG = '--json';
/** How long the whole examination may take, in milliseconds. */
const WHOLE_MS = 60_000;

/** One program's own examination. */
export interface Examination<O> {
  readonly program: string;
  readonly version: string;
  /** Read the configuration from these arguments. */
  load(args: readonly string[]): Promise<ConfigOutcome<O>>;
  /** Look at everything; the signal says that the time is up. Steps that take too long are findings, too. */
  examine(options: O, signal: AbortSignal): Promise<Section[]>;
}

/** What to print, and the exit status: 0 all well, 1 a problem was found. */
export interface Diagnosis {
  readonly text: string;
  readonly status: 0 | 1;
}

/** Whether a command line asks for an examination. */
export const asksForDoctor = (args: readonly string[]): boolean => args[0] === COMMAND;

/** Examine as a command line asks for; never rejects for what is wrong with the world. */
export async function runDoctor<O>(args: readonly string[], examination: Examination<O>): Promise<Diagnosis> {
  const rest = args.slice(1);
  const outcome = await examination.load(rest.filter((argument) => argument !== JSON_FLAG));
  if (outcome.kind === 'print') {
    return { text: outcome.text, status: 0 };
  }
  const sections =
    outcome.kind === 'invalid'
      ? [{ title: 'Configuration', findings: outcome.problems.map((words) => problem('option', words)) }]
      : [
          noticesOf(outcome.notices),
          ...(await examination.examine(outcome.options, AbortSignal.timeout(WHOLE_MS))),
        ];
  const { program, version } = examination;
  const text = rest.includes(JSON_FLAG) ? jsonReport(program, version, sections) : textReport(sections);
  return { text, status: countOf(sections, 'problem') === 0 ? 0 : 1 };
}

const noticesOf = (notices: readonly string[]): Section => ({
  title: 'Configuration',
  findings:
    notices.length === 0
      ? [{ verdict: 'ok', subject: 'options', words: 'all are known and fit together' }]
      : notices.map((words) => ({ verdict: 'warning', subject: 'option', words })),
});
