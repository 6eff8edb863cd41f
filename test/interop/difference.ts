import type { RecordedLine } from './recording.js';

/** Where our programs answer otherwise than the recorded ones, on purpose. */
export interface Difference {
  /** Why, in a sentence. */
  readonly because: string;
  /** The lines that are different. */
  readonly at: (line: RecordedLine, lines: readonly RecordedLine[]) => boolean;
  /** What is expected instead of such a line. */
  readonly instead: (line: RecordedLine) => RecordedLine[];
}

/**
 * The recording as our programs are to repeat it.
 *
 * @throws when a difference applies nowhere: then it is out of date
 */
export function applyDifferences(lines: RecordedLine[], differences: readonly Difference[]): RecordedLine[] {
  return differences.reduce((current, difference) => {
    const isDifferent = (line: RecordedLine): boolean => difference.at(line, current);
    if (!current.some(isDifferent)) throw new Error(`a difference without a line: ${difference.because}`);
    return current.flatMap((line) => (isDifferent(line) ? difference.instead(line) : [line]));
  }, lines);
}
