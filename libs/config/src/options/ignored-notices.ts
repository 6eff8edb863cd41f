import type { GivenFlag } from './arguments.js';
import type { IgnoredOption } from './program.js';
import type { OtherKeys } from './unknown-keys.js';

interface Sources {
  readonly flags: readonly GivenFlag[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly inConfig: OtherKeys['ignored'];
}

/** One line that names every option that was given and is ignored, then a line for each that somebody may rely on. */
export function ignoredNotices(
  prefix: string,
  options: readonly IgnoredOption[],
  { flags, env, inConfig }: Sources,
): string[] {
  const names: string[] = inConfig.map(({ key }) => `${prefix}.${key}`);
  const warnings = new Set<string>();
  const warnIfSet = ({ warning }: IgnoredOption, text: string | undefined): void => {
    if (warning !== undefined && text !== undefined && !/^(|false|null|no|off)$/i.test(text)) {
      warnings.add(warning);
    }
  };
  inConfig.forEach(({ option, text }) => warnIfSet(option, text));
  for (const option of options) {
    const given = flags.find(({ target }) => target.kind === 'ignored' && target.key === option.key);
    const text = option.env === undefined ? undefined : env[option.env];
    warnIfSet(option, given?.text ?? text);
    names.push(
      ...(given === undefined ? [] : [given.flag]),
      ...(text === undefined ? [] : [option.env ?? '']),
    );
  }
  return names.length === 0 ? [] : [`ignored here: ${names.join(', ')}`, ...warnings];
}
