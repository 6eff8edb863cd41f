import { ConfigError, type Origin } from './config-error.js';
import { joinPieces, layObjects } from './join.js';
import { MAX_RESOLVER_STEPS, MAX_SUBSTITUTION_DEPTH } from './limits.js';
import {
  type AppendNode,
  type Head,
  isHead,
  type LayersNode,
  type Node,
  type ObjectNode,
  type ReferenceNode,
} from './nodes.js';

/** What is being worked out right now. */
interface Frame {
  readonly depth: number;
  /** What a look at this very field means from inside its own value: the layers below the one at work. */
  below: Node | undefined;
}

/** A value that depends on itself; caught by the nearest substitution on the way. */
class Cycle extends Error {}

/**
 * Finds out what nodes are, as far as their outermost shape, when somebody asks and not before: so a value that is
 * hidden by a newer one is never looked at, and fields of one object may refer to each other.
 *
 * Results are kept, but for those that hold only while the asking field is being worked out itself.
 */
export class Evaluator {
  readonly #results = new Map<Node, Head | undefined>();
  readonly #frames = new Map<Node, Frame>();
  /** The outermost frame that the value at work looked back to. */
  #floor = Infinity;
  #steps = 0;

  constructor(
    private readonly root: ObjectNode,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  /**
   * The outermost shape of a node, or undefined for optional substitutions that found nothing.
   *
   * @throws {ConfigError} on a cycle, a substitution without a value, or past a bound
   */
  evaluate(node: Node): Head | undefined {
    if (isHead(node)) {
      return node;
    }
    const frame = this.#frames.get(node);
    if (frame !== undefined) {
      return this.#lookBack(node, frame);
    }
    return this.#results.has(node) ? this.#results.get(node) : this.#workOut(node);
  }

  /** Count work that a document can multiply. */
  spend(steps: number, origin: Origin): void {
    this.#steps += steps;
    if (this.#steps > MAX_RESOLVER_STEPS) {
      throw new ConfigError(origin, 'the substitutions of this document take too much work');
    }
  }

  #lookBack(node: Node, frame: Frame): Head | undefined {
    this.#floor = Math.min(this.#floor, frame.depth);
    if (node.kind !== 'layers') {
      throw new Cycle();
    }
    return frame.below === undefined ? undefined : this.evaluate(frame.below);
  }

  #workOut(node: Exclude<Node, Head>): Head | undefined {
    const frame: Frame = { depth: this.#frames.size + 1, below: undefined };
    this.spend(1, node.origin);
    if (frame.depth > MAX_SUBSTITUTION_DEPTH) {
      throw new ConfigError(node.origin, `substitutions nest deeper than ${MAX_SUBSTITUTION_DEPTH}`);
    }
    const outerFloor = this.#floor;
    this.#floor = Infinity;
    this.#frames.set(node, frame);
    try {
      const result = this.#compute(node, frame);
      if (this.#floor >= frame.depth) {
        this.#results.set(node, result);
      }
      return result;
    } finally {
      this.#frames.delete(node);
      this.#floor = Math.min(outerFloor, this.#floor < frame.depth ? this.#floor : Infinity);
    }
  }

  #compute(node: Exclude<Node, Head>, frame: Frame): Head | undefined {
    switch (node.kind) {
      case 'reference':
        return this.#follow(node);
      case 'concat':
        return joinPieces(
          node.pieces.map((piece) => this.evaluate(piece)),
          node.origin,
          this,
        );
      case 'append':
        return this.#append(node);
      case 'layers':
        return this.#mergeLayers(node, frame);
    }
  }

  #append(node: AppendNode): Head | undefined {
    return joinPieces([this.evaluate(node.older), { ...node, kind: 'list' }], node.origin, this);
  }

  /** The newest layer counts; when that is an object, the objects right below it show through. */
  #mergeLayers(node: LayersNode, frame: Frame): Head | undefined {
    const objects: ObjectNode[] = [];
    for (let layer: Node | undefined = node; layer !== undefined; layer = frame.below) {
      frame.below = layer.kind === 'layers' ? layer.older : undefined;
      const value = this.evaluate(layer.kind === 'layers' ? layer.newer : layer);
      if (value?.kind === 'object') {
        objects.unshift(value);
      } else if (value !== undefined) {
        return objects.length === 0 ? value : layObjects(objects, this);
      }
    }
    return objects.length === 0 ? undefined : layObjects(objects, this);
  }

  #follow(node: ReferenceNode): Head | undefined {
    const found = this.#findOrCycle(node);
    if (found !== 'cycle' && found !== undefined) {
      return found;
    }
    const [name = ''] = node.path;
    const text = node.path.length === 1 && Object.hasOwn(this.env, name) ? this.env[name] : undefined;
    if (text !== undefined) {
      return { kind: 'string', text, origin: { source: `environment variable ${name}` } };
    }
    if (node.isOptional) {
      return undefined;
    }
    throw new ConfigError(node.origin, missingText(node.path, found === 'cycle'));
  }

  #findOrCycle(node: ReferenceNode): Head | 'cycle' | undefined {
    try {
      const isIncluded = node.prefix.length > 0;
      return (
        (isIncluded ? this.#lookUp([...node.prefix, ...node.path]) : undefined) ?? this.#lookUp(node.path)
      );
    } catch (error) {
      if (error instanceof Cycle) {
        return 'cycle';
      }
      throw error;
    }
  }

  #lookUp(path: readonly string[]): Head | undefined {
    let value: Head | undefined = this.root;
    for (const key of path) {
      const next: Node | undefined = value?.kind === 'object' ? value.fields.get(key) : undefined;
      value = next === undefined ? undefined : this.evaluate(next);
    }
    return value;
  }
}

function missingText(path: readonly string[], isCycle: boolean): string {
  const name = path.join('.');
  return isCycle
    ? `the value of \${${name}} depends on itself`
    : `\${${name}} has no value: there is no such key and no such environment variable; write \${?${name}} if it may be missing`;
}
