import { readFileDocument } from '../sources/read-file.js';
import type { FlagTarget } from './flag-index.js';
import { didYouMean } from './nearest.js';

/** What one flag was given: `flag` as it was spelled the first time. */
export interface GivenFlag {
  readonly target: FlagTarget;
  readonly flag: string;
  readonly text: string;
  /** Every value of a flag that may be repeated, in order. */
  readonly texts?: readonly string[];
}

/** A command line, taken apart and not yet judged. */
export interface GivenArguments {
  readonly flags: readonly GivenFlag[];
  /** `-Dkey=value`, in order. */
  readonly defines: readonly (readonly [key: string, value: string])[];
  readonly problems: readonly string[];
}

/**
 * Put the lines of a file in the place of an argument `@file`: one argument a line, without empty lines and those
 * that begin with `#`.
 *
 * @throws {ConfigError} when the file is too large or cannot be read
 */
export async function expandArgumentFiles(args: readonly string[]): Promise<string[]> {
  const expanded: string[] = [];
  for (const argument of args) {
    const file = argument.startsWith('@')
      ? await readFileDocument(argument.slice(1), 'argument file')
      : undefined;
    const lines = file?.text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
    expanded.push(...(lines ?? [argument]));
  }
  return expanded;
}

/**
 * Take a command line apart: `--flag value`, `--flag=value`, booleans without a value, `-Dkey=value`. Flags are
 * known in any case; one that stands for a list is given once for each element. A boolean given twice is false again, as it always was.
 */
export function parseArguments(
  args: readonly string[],
  index: ReadonlyMap<string, FlagTarget>,
): GivenArguments {
  const parser = new ArgumentParser(args.map(clean), index);
  parser.parse();
  return { flags: [...parser.flags.values()], defines: parser.defines, problems: parser.problems };
}

/** White space and one pair of quotes around an argument do not count. */
function clean(argument: string): string {
  const trimmed = argument.trim();
  return /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}

class ArgumentParser {
  readonly flags = new Map<FlagTarget, GivenFlag>();
  readonly defines: [string, string][] = [];
  readonly problems: string[] = [];
  #at = 0;

  constructor(
    private readonly args: readonly string[],
    private readonly index: ReadonlyMap<string, FlagTarget>,
  ) {}

  parse(): void {
    while (this.#at < this.args.length) {
      const argument = this.args[this.#at] ?? '';
      this.#at += 1;
      if (argument.startsWith('-D')) {
        this.#takeDefine(argument.slice(2));
      } else if (argument.startsWith('-')) {
        this.#takeFlag(argument);
      } else if (argument !== '') {
        this.problems.push(`argument ${this.#at} belongs to no option`);
      }
    }
  }

  #takeDefine(definition: string): void {
    const equals = definition.indexOf('=');
    if (equals < 1) {
      this.problems.push('-D: must be followed by key=value, without a space');
      return;
    }
    this.defines.push([definition.slice(0, equals), definition.slice(equals + 1)]);
  }

  #takeFlag(argument: string): void {
    const equals = argument.indexOf('=');
    const flag = equals === -1 ? argument : argument.slice(0, equals);
    const inline = equals === -1 ? undefined : clean(argument.slice(equals + 1));
    const target = this.index.get(flag.toLowerCase());
    if (target === undefined) {
      const long = [...this.index.keys()].filter((spelling) => spelling.startsWith('--'));
      this.problems.push(`${flag}: is no known option${didYouMean(flag, long)}`);
    } else if (target.isBoolean) {
      this.#takeBoolean(target, flag, inline);
    } else {
      this.#takeValue(target, flag, inline ?? this.#nextValue());
    }
  }

  #takeBoolean(target: FlagTarget, flag: string, inline: string | undefined): void {
    const earlier = this.flags.get(target);
    const flipped = earlier?.text === 'true' ? 'false' : 'true';
    this.flags.set(target, { target, flag: earlier?.flag ?? flag, text: inline ?? flipped });
  }

  #takeValue(target: FlagTarget, flag: string, text: string | undefined): void {
    if (text === undefined) {
      this.problems.push(`${flag}: needs a value`);
    } else if (target.isRepeatable === true) {
      const texts = [...(this.flags.get(target)?.texts ?? []), text];
      this.flags.set(target, { target, flag, text: texts.join(' '), texts });
    } else if (this.flags.has(target)) {
      this.problems.push(`${flag}: can only be given once`);
    } else {
      this.flags.set(target, { target, flag, text });
    }
  }

  /** The next argument, unless that is a flag itself. */
  #nextValue(): string | undefined {
    const next = this.args[this.#at];
    if (next === undefined || this.index.has(next.toLowerCase()) || /^-D[^=]+=/.test(next)) {
      return undefined;
    }
    this.#at += 1;
    return next;
  }
}
