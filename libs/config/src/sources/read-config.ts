import { assemble, mergeInto } from '../hocon/assemble.js';
import { ConfigError } from '../hocon/config-error.js';
import type { ConfigObject } from '../hocon/config-value.js';
import { parseWithIncludes, type ReadDocument } from '../hocon/documents.js';
import { resolve, type ResolveSettings } from '../hocon/resolve.js';
import { candidateNames, hasForeignSuffix, isUrl, READABLE } from './document-names.js';
import { DocumentSources, type FileListener, readCandidates } from './document-sources.js';
import { readUrlDocument } from './read-url.js';

/**
 * Read a configuration, with what it includes, and resolve it.
 *
 * @param name - a URL, a file with a known suffix, or a name to which each known suffix is added
 * @param onFile - told of every file that is looked for, there or not: these are to be watched for changes
 * @throws {ConfigError} when there is none, or it cannot be used
 */
export async function readConfig(
  name: string,
  settings: ResolveSettings,
  onFile: FileListener = () => undefined,
): Promise<ConfigObject> {
  const store = new DocumentSources(onFile);
  const root = assemble({ kind: 'object', statements: [], origin: { source: name } });
  for (const document of await findMain(name, onFile)) {
    mergeInto(root, assemble(await parseWithIncludes(document, store)));
  }
  return resolve(root, settings);
}

async function findMain(name: string, onFile: FileListener): Promise<ReadDocument[]> {
  if (isUrl(name)) {
    const document = await readUrlDocument(name);
    if (document === undefined) {
      throw new ConfigError({ source: 'the configuration' }, 'there is nothing at its URL');
    }
    return [document];
  }
  const found = await readCandidates(name, name, onFile);
  if (found.length === 0) {
    throw new ConfigError({ source: name }, missingText(name));
  }
  return found;
}

function missingText(name: string): string {
  const tried = candidateNames(name);
  if (tried.length === 1) {
    return 'there is no such file';
  }
  const hint = hasForeignSuffix(name) ? `; only ${READABLE} are read` : '';
  return `there is no such file (tried ${tried.toReversed().join(', ')})${hint}`;
}
