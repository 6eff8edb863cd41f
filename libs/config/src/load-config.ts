import type { ConfigOutcome } from './config-outcome.js';
import { ConfigError } from './hocon/config-error.js';
import type { ConfigObject } from './hocon/config-value.js';
import { expandArgumentFiles, type GivenArguments, parseArguments } from './options/arguments.js';
import { overlayDefines } from './options/define-layer.js';
import { indexFlags } from './options/flag-index.js';
import { helpText } from './options/help-text.js';
import { ignoredNotices } from './options/ignored-notices.js';
import type { OptionRows } from './options/option-rows.js';
import { buildValues, deepFreeze } from './options/option-values.js';
import type { Program } from './options/program.js';
import { resolveSettings } from './options/resolve-settings.js';
import { Settings } from './options/settings.js';
import { findOtherKeys } from './options/unknown-keys.js';
import { readConfig } from './sources/read-config.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Read the configuration of a program from its command line, its environment and the file or URL these name.
 *
 * Every option takes the strongest value given: flag, environment variable, `-D`, configuration, default. Nothing
 * is thrown for what somebody configured wrongly: all of it comes back as problems, at once.
 *
 * @param version - what `--version` prints
 */
export async function loadConfig<R extends OptionRows, O>(
  program: Program<R, O>,
  args: readonly string[],
  env: Environment,
  version: string,
): Promise<ConfigOutcome<O>> {
  const expanded = await attempt(() => expandArgumentFiles(args));
  if (expanded.value === undefined) {
    return { kind: 'invalid', problems: expanded.problems };
  }
  const given = parseArguments(expanded.value, indexFlags(program.rows, program.ignored));
  if (isGiven(given, 'help')) {
    return { kind: 'print', text: helpText(program) };
  }
  if (isGiven(given, 'version')) {
    return { kind: 'print', text: `${program.name} ${version}` };
  }
  const name = findConfigName(program.configEnv, given, env);
  const config =
    name === '' ? { value: emptyObject, problems: [] } : await attempt(() => readBlock(name, program, env));
  const outcome = judge(program, given, env, config.value ?? emptyObject, config.problems);
  if (outcome.kind === 'run') {
    outcome.notices.unshift(...blockNotices(name, program.prefix, config.value ?? emptyObject, given));
  }
  return outcome;
}

/** The blocks one file can hold for both programs. */
const BLOCKS = ['proxy', 'agent'];

const emptyObject: ConfigObject = { kind: 'object', fields: new Map(), origin: { source: '' } };

function judge<R extends OptionRows, O>(
  program: Program<R, O>,
  given: GivenArguments,
  env: Environment,
  config: ConfigObject,
  configProblems: readonly string[],
): ConfigOutcome<O> {
  const { prefix, rows, ignored } = program;
  const layered = overlayDefines(config, given.defines);
  const block = ownBlock(layered.config, prefix);
  const resolved = resolveSettings(prefix, rows, { flags: given.flags, env, config: block.object });
  const others = findOtherKeys(prefix, rows, ignored, block.object);
  const settings = new Settings(prefix, resolved.settings);
  const values = buildValues(rows, (key) => resolved.settings.get(key)?.value);
  const completed = program.complete(values, settings);
  const problems = [
    ...given.problems,
    ...configProblems,
    ...layered.problems,
    ...block.problems,
    ...others.problems,
    ...resolved.problems,
    ...(completed.kind === 'invalid' ? completed.problems : []),
  ];
  if (completed.kind === 'invalid' || problems.length > 0) {
    return { kind: 'invalid', problems };
  }
  const ignoredLines = ignoredNotices(prefix, ignored, { flags: given.flags, env, inConfig: others.ignored });
  const notices = [...others.notices, ...resolved.notices, ...ignoredLines, ...completed.notices];
  return { kind: 'run', options: deepFreeze(completed.options), notices };
}

const isGiven = ({ flags }: GivenArguments, kind: 'help' | 'version'): boolean =>
  flags.some(({ target, text }) => target.kind === kind && text !== 'false');

function findConfigName(variable: string, { flags }: GivenArguments, env: Environment): string {
  const given = flags.find(({ target }) => target.kind === 'config')?.text ?? '';
  return (given === '' ? (env[variable] ?? '') : given).trim();
}

const readBlock = (
  name: string,
  { prefix }: { readonly prefix: string },
  env: Environment,
): Promise<ConfigObject> => readConfig(name, { env, only: [prefix] });

/** What looks like a slip: a configuration without this program's block, `-D` for no program. */
function blockNotices(
  name: string,
  prefix: string,
  config: ConfigObject,
  { defines }: GivenArguments,
): string[] {
  const strays = defines.filter(([key]) => !BLOCKS.some((block) => key.startsWith(`${block}.`)));
  const isMissing = name !== '' && !config.fields.has(prefix);
  return [
    ...(isMissing ? [`the configuration holds no ${prefix} block; defaults are used`] : []),
    ...strays.map(([key]) => `${key} (-D): is not known and has no effect; keys begin with ${prefix}.`),
  ];
}

/** This program's block of a file; another program's is left alone. */
function ownBlock(
  config: ConfigObject,
  prefix: string,
): { object: ConfigObject; problems: readonly string[] } {
  const block = config.fields.get(prefix);
  if (block === undefined || block.kind === 'object') {
    return { object: block ?? emptyObject, problems: [] };
  }
  const problem = new ConfigError(block.origin, `${prefix}: must be an object`);
  return { object: emptyObject, problems: [problem.message] };
}

/** The value, or what was wrong with the configuration. Other errors are passed on. */
async function attempt<T>(read: () => Promise<T>): Promise<{ value?: T; problems: string[] }> {
  try {
    return { value: await read(), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    return { problems: [error.message] };
  }
}
