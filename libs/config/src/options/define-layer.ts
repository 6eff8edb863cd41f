import { ConfigError, type Origin } from '../hocon/config-error.js';
import { type ConfigObject, type ConfigValue, overlay } from '../hocon/config-value.js';
import { parsePropertyKey, parsePropertyValue } from '../hocon/properties.js';

/** Lay what `-Dkey=value` gives over a configuration, each over the ones before it; broken ones are problems. */
export function overlayDefines(
  config: ConfigObject,
  defines: readonly (readonly [key: string, value: string])[],
): { readonly config: ConfigObject; readonly problems: readonly string[] } {
  const problems: string[] = [];
  let layered: ConfigValue = config;
  for (const [key, value] of defines) {
    const origin: Origin = { source: '-D' };
    try {
      layered = overlay(toLayer(key, value, origin), layered);
    } catch (error) {
      if (!(error instanceof ConfigError)) {
        throw error;
      }
      problems.push(error.message);
    }
  }
  return { config: layered as ConfigObject, problems };
}

function toLayer(key: string, value: string, origin: Origin): ConfigValue {
  const bare = /^".*"$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value;
  const leaf: ConfigValue = { kind: 'string', text: parsePropertyValue(bare, origin), origin };
  return parsePropertyKey(key, origin).reduceRight<ConfigValue>(
    (inner, part) => ({ kind: 'object', fields: new Map([[part, inner]]), origin }),
    leaf,
  );
}
