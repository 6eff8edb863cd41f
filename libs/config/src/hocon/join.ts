import { ConfigError, type Origin } from './config-error.js';
import { type ConfigScalar, scalarText } from './config-value.js';
import { MAX_RESOLVED_BYTES } from './limits.js';
import { type Head, hidesOlder, type ListNode, type Node, type ObjectNode } from './nodes.js';

/** Who counts the work. */
export interface Budget {
  spend(steps: number, origin: Origin): void;
}

/**
 * Values side by side as one: texts join, lists join, objects merge. What is undefined counts for nothing, and so
 * does white space beside a list or an object.
 *
 * @throws {ConfigError} when they are of kinds that do not join, or the text grows past a bound
 */
export function joinPieces(
  pieces: readonly (Head | undefined)[],
  origin: Origin,
  budget: Budget,
): Head | undefined {
  const present = pieces.filter((piece) => piece !== undefined);
  const solid = present.filter((piece) => !(piece.kind === 'string' && piece.isGap === true));
  const lists = solid.filter((piece): piece is ListNode => piece.kind === 'list');
  const objects = solid.filter((piece): piece is ObjectNode => piece.kind === 'object');
  if (lists.length === 0 && objects.length === 0) {
    return joinTexts(present as readonly ConfigScalar[], origin);
  }
  if (solid.length === objects.length) {
    return layObjects(objects, budget);
  }
  if (solid.length === lists.length) {
    return joinLists(lists, origin, budget);
  }
  throw new ConfigError(
    origin,
    'values of different kinds stand side by side; only texts with texts, lists with lists and objects with objects can',
  );
}

/** Objects laid over one another, the oldest first. Fields given twice become layers. */
export function layObjects(objects: readonly ObjectNode[], budget: Budget): ObjectNode | undefined {
  const newest = objects.at(-1);
  if (newest === undefined || objects.length === 1) {
    return newest;
  }
  const fields = new Map<string, Node>();
  for (const object of objects) {
    budget.spend(object.fields.size, object.origin);
    for (const [key, newer] of object.fields) {
      const older = fields.get(key);
      const isAlone = older === undefined || hidesOlder(newer);
      fields.set(key, isAlone ? newer : { kind: 'layers', newer, older, origin: newer.origin });
    }
  }
  return { kind: 'object', fields, origin: newest.origin };
}

function joinLists(lists: readonly ListNode[], origin: Origin, budget: Budget): ListNode {
  const items: Node[] = [];
  for (const list of lists) {
    budget.spend(list.items.length, origin);
    for (const item of list.items) {
      items.push(item);
    }
  }
  return { kind: 'list', items, origin };
}

function joinTexts(scalars: readonly ConfigScalar[], origin: Origin): ConfigScalar | undefined {
  const [first] = scalars;
  if (first === undefined || scalars.length === 1) {
    return first;
  }
  const texts = scalars.map(scalarText);
  if (texts.reduce((sum, text) => sum + text.length, 0) > MAX_RESOLVED_BYTES) {
    throw new ConfigError(origin, `a text grows past ${MAX_RESOLVED_BYTES} characters`);
  }
  return { kind: 'string', text: texts.join(''), origin };
}
