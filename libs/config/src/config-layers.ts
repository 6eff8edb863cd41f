import { ConfigError } from './hocon/config-error.js';
import type { ConfigObject } from './hocon/config-value.js';
import type { GivenArguments } from './options/arguments.js';
import { overlayDefines } from './options/define-layer.js';
import { isUrl } from './sources/document-names.js';
import { readConfig } from './sources/read-config.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the configuration of a program says, with `-D` laid over it. */
export interface Layers {
  /** The file or URL; empty when none was named. */
  readonly name: string;
  /** The program's own block; another program's is left alone. */
  readonly block: ConfigObject;
  /** The files it was read from, or would be if they were there. */
  readonly files: readonly string[];
  readonly problems: readonly string[];
  readonly notices: readonly string[];
}

/** The blocks one file can hold for both programs. */
const BLOCKS = ['proxy', 'agent'];

const emptyObject: ConfigObject = { kind: 'object', fields: new Map(), origin: { source: '' } };

/** Read the configuration that a flag or the environment names, if any. What is wrong with it is a problem. */
export async function readLayers(
  { prefix, configEnv }: { readonly prefix: string; readonly configEnv: string },
  given: GivenArguments,
  env: Environment,
): Promise<Layers> {
  const name = findConfigName(configEnv, given, env);
  const files: string[] = [];
  const onFile = (path: string): number => files.push(path);
  const read = await attempt(() =>
    name === '' ? emptyObject : readConfig(name, { env, only: [prefix] }, onFile),
  );
  const { config, problems } = overlayDefines(read.value ?? emptyObject, given.defines);
  const block = config.fields.get(prefix) ?? emptyObject;
  const isObject = block.kind === 'object';
  return {
    name,
    files,
    block: isObject ? block : emptyObject,
    problems: [
      ...read.problems,
      ...problems,
      ...(isObject ? [] : [new ConfigError(block.origin, `${prefix}: must be an object`).message]),
    ],
    notices: slips(prefix, name, config, given),
  };
}

/** The value, or what was wrong with a document. Other errors are passed on. */
export async function attempt<T>(read: () => T | Promise<T>): Promise<{ value?: T; problems: string[] }> {
  try {
    return { value: await read(), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    return { problems: [error.message] };
  }
}

function findConfigName(variable: string, { flags }: GivenArguments, env: Environment): string {
  const given = flags.find(({ target }) => target.kind === 'config')?.text ?? '';
  return (given === '' ? (env[variable] ?? '') : given).trim();
}

/** What looks like one: a configuration without this program's block, `-D` for no program. */
function slips(prefix: string, name: string, config: ConfigObject, { defines }: GivenArguments): string[] {
  const strays = defines.filter(([key]) => !BLOCKS.some((block) => key.startsWith(`${block}.`)));
  const isMissing = name !== '' && !config.fields.has(prefix);
  const shown = isUrl(name) ? 'the configuration' : name;
  return [
    ...(isMissing ? [`${shown} holds no ${prefix} block; defaults are used`] : []),
    ...strays.map(([key]) => `${key} (-D): is not known and has no effect; keys begin with ${prefix}.`),
  ];
}
