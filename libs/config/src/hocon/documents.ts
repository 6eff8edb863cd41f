import { ConfigError, type Origin } from './config-error.js';
import { parseJson } from './json.js';
import { MAX_DOCUMENTS, MAX_INCLUDE_DEPTH } from './limits.js';
import { parseHocon } from './parser.js';
import { parseProperties } from './properties.js';
import type { IncludeStatement, ObjectSyntax, ParsedDocument } from './syntax.js';

export type DocumentSyntax = 'hocon' | 'json' | 'properties';

/** A document that was read. `source` is what its origins are called. */
export interface ReadDocument {
  readonly source: string;
  /** What tells it from others, in whatever way it was named. */
  readonly identity: string;
  readonly syntax: DocumentSyntax;
  readonly text: string;
}

/**
 * Where documents come from.
 *
 * @throws {ConfigError} from `find`, when a document is there and cannot be used, or may not be asked for
 */
export interface DocumentStore {
  /**
   * What stands under the name an include statement gives, the weakest first; empty when there is nothing.
   *
   * @param from - the document the statement stands in
   */
  find(include: IncludeStatement, from: ReadDocument): Promise<readonly ReadDocument[]>;
}

const PARSERS: Readonly<Record<DocumentSyntax, (text: string, source: string) => ParsedDocument>> = {
  hocon: parseHocon,
  json: parseJson,
  properties: parseProperties,
};

/**
 * Parse a document, and fetch and parse what it includes, at any depth.
 *
 * @throws {ConfigError} on a syntax error, a required include that is missing, or past a bound
 */
export async function parseWithIncludes(document: ReadDocument, store: DocumentStore): Promise<ObjectSyntax> {
  return new IncludeLoader(store).load(document, []);
}

class IncludeLoader {
  #documents = 0;

  constructor(private readonly store: DocumentStore) {}

  /** @param trail - the documents this one is being included by, the outermost first */
  async load(document: ReadDocument, trail: readonly ReadDocument[]): Promise<ObjectSyntax> {
    this.#documents += 1;
    const { root, includes } = PARSERS[document.syntax](document.text, document.source);
    for (const include of includes) {
      const inner = [...trail, document];
      this.#checkBounds(include.origin, inner);
      const found = await this.store.find(include, document);
      if (found.length === 0 && include.isRequired) {
        throw new ConfigError(include.origin, `the required include "${include.name}" was not found`);
      }
      include.documents = await this.#loadAll(found, inner, include.origin);
    }
    return root;
  }

  async #loadAll(
    found: readonly ReadDocument[],
    trail: readonly ReadDocument[],
    origin: Origin,
  ): Promise<ObjectSyntax[]> {
    const loaded: ObjectSyntax[] = [];
    for (const document of found) {
      if (trail.some((outer) => outer.identity === document.identity)) {
        throw new ConfigError(origin, `"${document.source}" includes itself`);
      }
      loaded.push(await this.load(document, trail));
    }
    return loaded;
  }

  #checkBounds(origin: Origin, trail: readonly ReadDocument[]): void {
    if (trail.length > MAX_INCLUDE_DEPTH) {
      throw new ConfigError(origin, `includes nest deeper than ${MAX_INCLUDE_DEPTH}`);
    }
    if (this.#documents >= MAX_DOCUMENTS) {
      throw new ConfigError(origin, `more than ${MAX_DOCUMENTS} documents are included`);
    }
  }
}
