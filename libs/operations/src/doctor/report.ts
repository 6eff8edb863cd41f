import { countOf, type Finding, type Section, type Verdict } from './findings.js';

const MARKS: Readonly<Record<Verdict, string>> = {
  ok: 'ok     ',
  note: 'note   ',
  warning: 'WARNING',
  problem: 'PROBLEM',
};

/** What was found, for a person. */
export function textReport(sections: readonly Section[]): string {
  const blocks = sections
    .filter(({ findings }) => findings.length > 0)
    .map(({ title, findings }) => [title, ...findings.flatMap(lines)].join('\n'));
  return [...blocks, summary(sections)].join('\n\n');
}

/** What was found, for a program: one JSON object. */
export function jsonReport(program: string, version: string, sections: readonly Section[]): string {
  const [problems, warnings] = [countOf(sections, 'problem'), countOf(sections, 'warning')];
  return JSON.stringify({ program, version, ok: problems === 0, problems, warnings, sections }, null, 2);
}

function lines({ verdict, subject, words, advice }: Finding): string[] {
  const line = `  ${MARKS[verdict]}  ${subject}: ${words}`;
  return advice === undefined ? [line] : [line, `           -> ${advice}`];
}

function summary(sections: readonly Section[]): string {
  const [problems, warnings] = [countOf(sections, 'problem'), countOf(sections, 'warning')];
  const found = [counted(problems, 'problem'), counted(warnings, 'warning')].filter((words) => words !== '');
  return found.length === 0 ? 'All well.' : `${found.join(', ')}.`;
}

const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
