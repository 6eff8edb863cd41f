/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  /** Its words, or the elements of its exec form; flags such as `--from=build` left out. */
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
  /** Given as a JSON list: no shell runs it. */
  readonly isExecForm: boolean;
}

/** From one FROM to the next. */
export interface Stage {
  /** What others copy from it by; empty for the last one. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, in order. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: { name: string; instructions: Instruction[] }[] = [];
  for (const instruction of lines.map(parseInstruction)) {
    if (instruction.name === 'FROM') {
      const [, as, name = ''] = instruction.words;
      stages.push({ name: as === undefined ? '' : name, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

/** The instructions of this name. */
export function only(instructions: readonly Instruction[], name: string): Instruction[] {
  return instructions.filter((instruction) => instruction.name === name);
}

function parseInstruction(line: string): Instruction {
  const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
  if (name === 'HEALTHCHECK') {
    const [options = '', command = ''] = rest.split(/\sCMD\s/);
    return { ...parseRest('CMD', command), name, flags: flagsOf(options) };
  }
  return parseRest(name, rest);
}

function parseRest(name: string, rest: string): Instruction {
  if (rest.startsWith('[')) {
    return { name, words: JSON.parse(rest) as string[], flags: {}, isExecForm: true };
  }
  // A command's own flags are the command's.
  const flags = name === 'RUN' ? {} : flagsOf(rest);
  const words = rest.split(/\s+/).filter((word) => name === 'RUN' || !word.startsWith('--'));
  return { name, words, flags, isExecForm: false };
}

const flagsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/--([\w-]+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]));
