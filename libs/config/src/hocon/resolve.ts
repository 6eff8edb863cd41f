import { ConfigError, type Origin } from './config-error.js';
import { type ConfigObject, type ConfigValue, scalarText } from './config-value.js';
import { Evaluator } from './evaluator.js';
import { MAX_DEPTH, MAX_RESOLVED_BYTES } from './limits.js';
import type { Head, Node, ObjectNode } from './nodes.js';

const BYTES_PER_VALUE = 16;

export interface ResolveSettings {
  /** Where substitutions look when the document has no such key. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The top-level keys that are wanted; substitutions elsewhere are left alone. Absent: all. */
  readonly only?: readonly string[];
}

/**
 * Work out every substitution of an assembled document.
 *
 * @throws {ConfigError} on a cycle, a substitution without a value, or past a bound
 */
export function resolve(root: ObjectNode, settings: ResolveSettings): ConfigObject {
  const evaluator = new Evaluator(root, settings.env);
  const { only } = settings;
  const fields =
    only === undefined ? root.fields : new Map([...root.fields].filter(([key]) => only.includes(key)));
  return new Completion(evaluator).completeObject({ ...root, fields }, 0);
}

/** Goes through the whole of a value, and counts how large it is. */
class Completion {
  readonly #open = new Set<Head>();
  #bytes = 0;

  constructor(private readonly evaluator: Evaluator) {}

  completeObject(object: ObjectNode, depth: number): ConfigObject {
    const fields = new Map<string, ConfigValue>();
    for (const [key, node] of object.fields) {
      const value = this.#complete(node, depth + 1);
      if (value !== undefined) {
        this.#count(key.length, object.origin);
        fields.set(key, value);
      }
    }
    return { kind: 'object', fields, origin: object.origin };
  }

  #complete(node: Node, depth: number): ConfigValue | undefined {
    const head = this.evaluator.evaluate(node);
    if (head === undefined) {
      return undefined;
    }
    if (head.kind !== 'object' && head.kind !== 'list') {
      this.#count(BYTES_PER_VALUE + scalarText(head).length, head.origin);
      return head;
    }
    this.#count(BYTES_PER_VALUE, head.origin);
    if (this.#open.has(head)) {
      throw new ConfigError(node.origin, 'a value contains itself through a substitution');
    }
    if (depth > MAX_DEPTH) {
      throw new ConfigError(node.origin, `objects and lists nest deeper than ${MAX_DEPTH}`);
    }
    this.#open.add(head);
    const value = head.kind === 'object' ? this.completeObject(head, depth) : this.#completeList(head, depth);
    this.#open.delete(head);
    return value;
  }

  #completeList(list: Extract<Head, { kind: 'list' }>, depth: number): ConfigValue {
    const items = list.items
      .map((item) => this.#complete(item, depth + 1))
      .filter((item) => item !== undefined);
    return { kind: 'list', items, origin: list.origin };
  }

  #count(bytes: number, origin: Origin): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_RESOLVED_BYTES) {
      throw new ConfigError(origin, `the resolved document is larger than ${MAX_RESOLVED_BYTES} bytes`);
    }
  }
}
