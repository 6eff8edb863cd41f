import type { ConfigOutcome, ConfigSource } from '@app/config';
import { asksForDoctor, type Examination, runDoctor } from './doctor/run-doctor.js';

export { packageVersion } from './package-version.js';

/** What the entry point of a program knows. */
export interface LaunchParts<O> extends Examination<O> {
  /** Start the program. What that needs is to be loaded here, not before. */
  run(options: O, source: ConfigSource<O>): Promise<void>;
}

/**
 * Do what the command line of this process asks for: start the program, examine what it needs, or print.
 *
 * It has no framework to load, so that a program that is only asked, or configured wrongly, answers at once.
 */
export async function launch<O>(parts: LaunchParts<O>): Promise<void> {
  const args = process.argv.slice(2);
  if (asksForDoctor(args)) {
    const { text, status } = await runDoctor(args, parts);
    process.stdout.write(`${text}\n`, () => process.exit(status));
    return;
  }
  const load = (): Promise<ConfigOutcome<O>> => parts.load(args);
  const outcome = await load();
  switch (outcome.kind) {
    case 'print':
      process.stdout.write(`${outcome.text}\n`);
      break;
    case 'invalid':
      process.stderr.write(`${outcome.problems.join('\n')}\n`);
      process.exitCode = 1;
      break;
    case 'run':
      await parts.run(outcome.options, { files: outcome.files, notices: outcome.notices, load });
  }
}
