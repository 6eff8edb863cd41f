/** `problem`: something does not work. `warning`: it may not, or will not for long. `note`: what was not looked at, and why. */
export type Verdict = 'ok' | 'note' | 'warning' | 'problem';

/** One thing that was looked at. Holds no secret. */
export interface Finding {
  readonly verdict: Verdict;
  /** What was looked at. */
  readonly subject: string;
  readonly words: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** What was found about one thing that an operator knows by name. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export const ok = (subject: string, words: string): Finding => ({ verdict: 'ok', subject, words });

export const note = (subject: string, words: string): Finding => ({ verdict: 'note', subject, words });

export const warning = (subject: string, words: string, advice?: string): Finding =>
  withAdvice({ verdict: 'warning', subject, words }, advice);

export const problem = (subject: string, words: string, advice?: string): Finding =>
  withAdvice({ verdict: 'problem', subject, words }, advice);

/** How many findings of a verdict there are. */
export function countOf(sections: readonly Section[], verdict: Verdict): number {
  return sections.flatMap(({ findings }) => findings).filter((finding) => finding.verdict === verdict).length;
}

const withAdvice = (finding: Finding, advice: string | undefined): Finding =>
  advice === undefined ? finding : { ...finding, advice };
