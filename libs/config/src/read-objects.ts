import { ConfigError } from './hocon/config-error.js';
import { assemble } from './hocon/assemble.js';
import { parseWithIncludes } from './hocon/documents.js';
import type { ConfigObject } from './hocon/config-value.js';
import { resolve } from './hocon/resolve.js';
import { parseObjects } from './options/object-list.js';
import type { ObjectListRow } from './options/option-rows.js';
import { DocumentSources } from './sources/document-sources.js';
import { readFileDocument } from './sources/read-file.js';

export interface ObjectsRequest<T extends object> {
  /** The file: JSON or Java properties by its suffix, anything else HOCON. */
  readonly path: string;
  /** The key of the list, at the root of the file. */
  readonly key: string;
  readonly row: ObjectListRow<T>;
  /** Where substitutions look when the file has no such key. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a file holds, or all that is wrong with it. */
export type ObjectsOutcome<T> = { readonly files: readonly string[] } & (
  | { readonly kind: 'ok'; readonly elements: readonly T[]; readonly notices: readonly string[] }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }
);

/**
 * Read the one list of objects that a file of its own holds. A list that is absent or null is empty; a file that
 * is absent is a problem.
 *
 * @returns beside the elements, the files that were looked for, there or not: the file and what it includes
 */
export async function readObjects<T extends object>(request: ObjectsRequest<T>): Promise<ObjectsOutcome<T>> {
  const files = [request.path];
  try {
    return { ...parse(request, await readRoot(request, files)), files };
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    return { kind: 'invalid', problems: [error.message], files };
  }
}

async function readRoot<T extends object>(
  { path, env }: ObjectsRequest<T>,
  files: string[],
): Promise<ConfigObject> {
  const document = await readFileDocument(path);
  if (document === undefined) {
    throw new ConfigError({ source: path }, 'there is no such file');
  }
  const store = new DocumentSources((file) => files.push(file));
  return resolve(assemble(await parseWithIncludes(document, store)), { env });
}

function parse<T extends object>({ path, key, row }: ObjectsRequest<T>, root: ConfigObject) {
  const value = root.fields.get(key);
  if (value === undefined || value.kind === 'null') {
    const notices = value === undefined ? [`${path}: holds no ${key}`] : [];
    return { kind: 'ok', elements: [], notices } as const;
  }
  const { elements, problems, notices } = parseObjects(row, key, value);
  return problems.length > 0
    ? ({ kind: 'invalid', problems } as const)
    : ({ kind: 'ok', elements: elements as readonly T[], notices } as const);
}
