import type { OptionRow } from '../options/option-rows.js';
import { leavesOf, type SampleValue } from './option-samples.js';

/** What a program is started with: arguments, environment, and files, the first of which is its configuration. */
export interface GivenSources {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly file?: { readonly name: string; readonly text: string };
}

export interface WayToSet extends GivenSources {
  /** The flag or the variable, or what else it is. */
  readonly way: string;
  /** How strong it is: the first of these counts. */
  readonly strength: 'flag' | 'variable' | '-D' | 'file';
}

/** Every way there is to give an option this value. */
export function waysToSet(prefix: string, key: string, row: OptionRow, value: SampleValue): WayToSet[] {
  const fullKey = `${prefix}.${key}`;
  const leaves = leavesOf(fullKey, value);
  const text = leaves[0]?.[1] ?? '';
  const flags = (row.flags ?? []).map((flag) => ({
    way: flag,
    strength: 'flag' as const,
    args: row.type === 'boolean' ? [`${flag}=${text}`] : leaves.flatMap(([, leafText]) => [flag, leafText]),
  }));
  const variable = row.env === undefined ? [] : [{ way: row.env, env: { [row.env]: text } }];
  const files = {
    'x.conf': `${fullKey} = ${JSON.stringify(value)}`,
    'x.json': JSON.stringify(nested(fullKey.split('.'), value)),
    'x.properties': leaves.map(([leaf, leafText]) => `${leaf}=${leafText}`).join('\n'),
  };
  return [
    ...flags,
    ...variable.map((given) => ({ ...given, strength: 'variable' as const })),
    { way: '-D', strength: '-D' as const, args: leaves.map(([leaf, leafText]) => `-D${leaf}=${leafText}`) },
    ...Object.entries(files).map(([name, content]) => ({
      way: name,
      strength: 'file' as const,
      file: { name, text: content },
    })),
  ].map((given) => ({ args: [], env: {}, ...given }));
}

const nested = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
