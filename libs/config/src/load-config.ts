import { attempt, type Environment, type Layers, readLayers } from './config-layers.js';
import type { ConfigOutcome } from './config-outcome.js';
import { expandArgumentFiles, type GivenArguments, parseArguments } from './options/arguments.js';
import { effectiveText } from './options/effective-text.js';
import { indexFlags } from './options/flag-index.js';
import { helpText } from './options/help-text.js';
import { ignoredNotices } from './options/ignored-notices.js';
import type { OptionRows } from './options/option-rows.js';
import { buildValues, deepFreeze } from './options/option-values.js';
import type { Program } from './options/program.js';
import { resolveSettings } from './options/resolve-settings.js';
import { Settings } from './options/settings.js';
import { findOtherKeys } from './options/unknown-keys.js';

/**
 * Read the configuration of a program from its command line, its environment and the file or URL these name.
 *
 * Every option takes the strongest value given: flag, environment variable, `-D`, configuration, default. Nothing
 * is thrown for what somebody configured wrongly: all of it comes back as problems, at once. `--help`, `--version` and
 * `--check-config` come back as a text to print.
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
    return { kind: 'invalid', problems: expanded.problems, files: [] };
  }
  const given = parseArguments(expanded.value, indexFlags(program.rows, program.ignored));
  if (isGiven(given, 'help')) {
    return { kind: 'print', text: helpText(program) };
  }
  if (isGiven(given, 'version')) {
    return { kind: 'print', text: `${program.name} ${version}` };
  }
  const { outcome, settings } = judge(program, given, env, await readLayers(program, given, env));
  return outcome.kind === 'run' && isGiven(given, 'check')
    ? { kind: 'print', text: effectiveText(program, settings, outcome.notices) }
    : outcome;
}

/** One value for every option from what was read, and everything that is wrong or odd about them. */
export function judge<R extends OptionRows, O>(
  program: Program<R, O>,
  given: GivenArguments,
  env: Environment,
  layers: Layers,
): { readonly outcome: ConfigOutcome<O>; readonly settings: Settings } {
  const { prefix, rows, ignored } = program;
  const resolved = resolveSettings(prefix, rows, { flags: given.flags, env, config: layers.block });
  const others = findOtherKeys(prefix, rows, ignored, layers.block);
  const settings = new Settings(prefix, resolved.settings);
  const completed = program.complete(
    buildValues(rows, (key) => resolved.settings.get(key)?.value),
    settings,
  );
  const problems = [
    ...given.problems,
    ...layers.problems,
    ...nothingGiven(program, layers, settings),
    ...others.problems,
    ...resolved.problems,
    ...(completed.kind === 'invalid' ? completed.problems : []),
  ];
  if (completed.kind === 'invalid' || problems.length > 0) {
    return { outcome: { kind: 'invalid', problems, files: layers.files }, settings };
  }
  const notices = [
    ...layers.notices,
    ...others.notices,
    ...resolved.notices,
    ...ignoredNotices(prefix, ignored, { flags: given.flags, env, inConfig: others.ignored }),
    ...completed.notices,
  ];
  const options = deepFreeze(completed.options);
  return { outcome: { kind: 'run', options, notices, files: layers.files }, settings };
}

const isGiven = ({ flags }: GivenArguments, kind: 'check' | 'help' | 'version'): boolean =>
  flags.some(({ target, text }) => target.kind === kind && text !== 'false');

function nothingGiven(
  { needsSettings, configEnv }: { readonly needsSettings?: boolean; readonly configEnv: string },
  { name }: Layers,
  settings: Settings,
): string[] {
  const isNothing = needsSettings === true && name === '' && !settings.isAnyExplicit;
  return isNothing
    ? [`a configuration file or URL must be named with --config or ${configEnv}; see --help`]
    : [];
}
