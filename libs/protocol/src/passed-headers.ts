/** A header that goes along with a scrape or with its answer. */
export interface PassedHeader {
  readonly name: string;
  readonly value: string;
}

type RawHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How many names a list may hold. */
const MAX_NAMES = 32;
/** Longer values are left out, in characters. */
const MAX_VALUE_LENGTH = 4_096;
/** A name (RFC 9110, section 5.6.2). */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** What may stand in a value (section 5.5). */
const VALUE = /^[\t -~\u0080-\u00ff]*$/;

/**
 * What is never passed on by name: headers of one hop, of one host or its users, and those that the programs themselves
 * judge, write or pass on by rules of their own.
 */
const NEVER = new Set(
  `connection expect host keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer
  transfer-encoding upgrade authorization cookie location set-cookie www-authenticate accept accept-encoding
  content-encoding content-length content-type user-agent vary x-prometheus-scrape-timeout-seconds
  x-proxy-reason x-retry-count`.split(/\s+/),
);

/** What is wrong with a list of names, in words; undefined when nothing is. */
export function headerListProblem(names: readonly string[]): string | undefined {
  if (names.length > MAX_NAMES) {
    return `has ${names.length} names, at most ${MAX_NAMES} are allowed`;
  }
  const wrong = names.find((name) => !NAME.test(name.toLowerCase()));
  if (wrong !== undefined) {
    return `${JSON.stringify(wrong)} is no name of a header`;
  }
  const never = names.find((name) => NEVER.has(name.toLowerCase()));
  return never === undefined ? undefined : `${never} is never passed on by name`;
}

/** What is wrong with the lists of a program, each problem as `say` puts it. */
export function headerListProblems(
  lists: Readonly<Record<'requestHeaders' | 'responseHeaders', readonly string[]>>,
  say: (key: string, words: string) => string,
): string[] {
  return (['requestHeaders', 'responseHeaders'] as const).flatMap((list) => {
    const words = headerListProblem(lists[list]);
    return words === undefined ? [] : [say(`http.${list}`, words)];
  });
}

/** Whether a header can have this value (RFC 9110, section 5.5). */
export function isHeaderValue(value: string): boolean {
  return VALUE.test(value);
}

/** The headers that may be passed on, by name; without names none is. */
export class HeaderAllowList {
  static readonly empty = new HeaderAllowList([]);

  readonly #names: readonly string[];

  /** @param names - in any case; see {@link headerListProblem} */
  constructor(names: readonly string[]) {
    this.#names = [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => !NEVER.has(name));
  }

  /**
   * Those of a request or an answer that was received, in lower case; several of one name become one. What its
   * `Connection` names belongs to that connection alone (RFC 9110, section 7.6.1).
   */
  pick(headers: RawHeaders): readonly PassedHeader[] {
    if (this.#names.length === 0) {
      return [];
    }
    const ofThisHop = String(headers['connection'] ?? '')
      .toLowerCase()
      .split(/[\s,]+/);
    return this.#names.flatMap((name) => {
      const value = headers[name];
      const field = { name, value: typeof value === 'string' ? value : (value?.join(', ') ?? '') };
      const isPassed = value !== undefined && isSound(field) && !ofThisHop.includes(name);
      return isPassed ? [field] : [];
    });
  }

  /** Those of the fields that a peer sent, ready to be written; of several of one name the last counts. */
  keep(fields: readonly PassedHeader[] | undefined): Record<string, string> {
    if (fields === undefined || fields.length === 0 || this.#names.length === 0) {
      return {};
    }
    const kept = fields
      .map(({ name, value }) => ({ name: name.toLowerCase(), value }))
      .filter((field) => this.#names.includes(field.name) && isSound(field));
    return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
  }
}

function isSound({ value }: PassedHeader): boolean {
  return value.length <= MAX_VALUE_LENGTH && isHeaderValue(value);
}
