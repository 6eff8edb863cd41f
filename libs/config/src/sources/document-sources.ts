import { dirname, isAbsolute, join } from 'node:path';
import { ConfigError } from '../hocon/config-error.js';
import type { DocumentStore, ReadDocument } from '../hocon/documents.js';
import type { IncludeStatement } from '../hocon/syntax.js';
import { candidateNames, hasForeignSuffix, isUrl, READABLE } from './document-names.js';
import { readFileDocument } from './read-file.js';
import { readUrlDocument } from './read-url.js';

/** Told of a file that is looked for, there or not. */
export type FileListener = (path: string) => void;

/**
 * Includes from where the including document came: files beside a file, URLs beside a URL. A file cannot reach out
 * to the network, and what came from the network cannot reach for files.
 */
export class DocumentSources implements DocumentStore {
  /** @param onFile - told of every file that is looked for, there or not */
  constructor(private readonly onFile: FileListener = () => undefined) {}

  async find(include: IncludeStatement, from: ReadDocument): Promise<readonly ReadDocument[]> {
    const { form, name, origin } = include;
    const hasScheme = /^[a-z][a-z0-9+.-]+:\/\//i.test(name);
    if (form === 'classpath' || (hasScheme && !isUrl(name)) || (form === 'url' && !hasScheme)) {
      throw new ConfigError(origin, 'an include can name a file, or an http or https URL');
    }
    const found = isUrl(from.identity)
      ? await findUrls(include, from)
      : await findFiles(include, from, hasScheme, this.onFile);
    if (found.length === 0 && !hasScheme && hasForeignSuffix(name)) {
      throw new ConfigError(origin, `"${name}" cannot be included; only ${READABLE} can`);
    }
    return found;
  }
}

async function findFiles(
  { form, name, origin }: IncludeStatement,
  from: ReadDocument,
  hasScheme: boolean,
  onFile: FileListener,
): Promise<ReadDocument[]> {
  if (hasScheme) {
    throw new ConfigError(
      origin,
      'a file cannot include a URL; only a configuration that came from a URL can',
    );
  }
  if (isAbsolute(name)) {
    return readCandidates(name, name, onFile);
  }
  const beside = await readCandidates(
    join(dirname(from.identity), name),
    join(dirname(from.source), name),
    onFile,
  );
  return beside.length === 0 && form === 'file' ? readCandidates(name, name, onFile) : beside;
}

/** All files a name stands for, the weakest first. */
export async function readCandidates(
  path: string,
  source: string,
  onFile: FileListener,
): Promise<ReadDocument[]> {
  const sources = candidateNames(source);
  const found: ReadDocument[] = [];
  for (const [index, candidate] of candidateNames(path).entries()) {
    onFile(candidate);
    const document = await readFileDocument(candidate, sources[index]);
    if (document !== undefined) {
      found.push(document);
    }
  }
  return found;
}

async function findUrls(
  { form, name, origin }: IncludeStatement,
  from: ReadDocument,
): Promise<ReadDocument[]> {
  if (form === 'file') {
    throw new ConfigError(origin, 'a configuration that came from a URL cannot include files');
  }
  if (!URL.canParse(name, from.identity)) {
    throw new ConfigError(origin, 'an include names no valid URL');
  }
  const names = isUrl(name)
    ? [name]
    : candidateNames(name).map((candidate) => new URL(candidate, from.identity).href);
  const found: ReadDocument[] = [];
  for (const candidate of names) {
    const document = await readUrlDocument(candidate);
    if (document !== undefined) {
      found.push(document);
    }
  }
  return found;
}
