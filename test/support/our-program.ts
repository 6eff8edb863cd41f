import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { Program, type ProgramOptions } from './program.js';
import type { Stage } from './stage.js';

export type ProgramName = 'proxy' | 'agent';

export interface OurProgramOptions extends ProgramOptions {
  /** A command and its arguments that run the program. */
  readonly wrapper?: readonly string[];
}

/** Start the built proxy or agent with these arguments; it is not waited for. */
export function startOurProgram(
  stage: Stage,
  name: ProgramName,
  args: readonly string[],
  options: OurProgramOptions = {},
): Program {
  const main = fileURLToPath(new URL(`../../dist/bundle/${name}.js`, import.meta.url));
  const [command, ...first] = [...(options.wrapper ?? []), process.execPath, main];
  return new Program(stage, command ?? '', [...first, ...args], options);
}

/** Ask the program to leave, and check that it does so cleanly and in time. Answers how long it took, in ms. */
export async function stopCleanly(program: Program, withinMs: number): Promise<number> {
  const startedAt = performance.now();
  program.signal('SIGTERM');
  const status = await program.waitForExit(withinMs);
  expect(status, program.output.slice(-2_000)).toEqual({ code: 0, signal: null });
  return performance.now() - startedAt;
}
