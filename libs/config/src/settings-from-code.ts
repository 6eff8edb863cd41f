import type { ConfigOutcome } from './config-outcome.js';
import type { ConfigObject, ConfigValue } from './hocon/config-value.js';
import type { Origin } from './hocon/config-error.js';
import { judge } from './load-config.js';
import type { OptionRows } from './options/option-rows.js';
import type { Program } from './options/program.js';

/** Settings from code that are wrong: all of them at once, by name, never the value of a secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * The options of a program from settings given in code: checked as those of a file are, with the same words.
 *
 * @param settings - nested by key, without the program's prefix
 * @param source - how problems call the code, such as `AgentModule.forRoot`
 * @throws {SettingsError} when any of them is wrong
 */
export function settingsFromCode<R extends OptionRows, O>(
  program: Program<R, O>,
  settings: object,
  source: string,
): Extract<ConfigOutcome<O>, { kind: 'run' }> {
  const given = { flags: [], defines: [], problems: [] };
  const block = toObject(settings, { source });
  const { outcome } = judge(
    program,
    given,
    {},
    { name: source, block, files: [], problems: [], notices: [] },
  );
  if (outcome.kind !== 'run') {
    throw new SettingsError(outcome.kind === 'invalid' ? outcome.problems : []);
  }
  return outcome;
}

function toObject(value: object, origin: Origin): ConfigObject {
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return {
    kind: 'object',
    fields: new Map(given.map(([key, inner]) => [key, toValue(inner, origin)])),
    origin,
  };
}

function toValue(value: unknown, origin: Origin): ConfigValue {
  switch (typeof value) {
    case 'number':
      return { kind: 'number', text: String(value), value, origin };
    case 'boolean':
      return { kind: 'boolean', value, origin };
    case 'object':
      if (value === null) {
        return { kind: 'null', origin };
      }
      return Array.isArray(value)
        ? { kind: 'list', items: value.map((item: unknown) => toValue(item, origin)), origin }
        : toObject(value, origin);
    default:
      return { kind: 'string', text: String(value), origin };
  }
}
