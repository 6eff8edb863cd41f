import { ConfigError, type Origin } from './config-error.js';
import { MAX_DEPTH } from './limits.js';
import { hidesOlder, isHead, type Node, type ObjectNode } from './nodes.js';
import type { FieldStatement, ObjectSyntax, ReferenceSyntax, Syntax } from './syntax.js';

/** Where in the whole a piece of syntax stands. */
interface Scope {
  /** Keys from the top of its own document; undefined inside a list, where values have no path. */
  readonly path: readonly string[] | undefined;
  /** Keys from the top of the whole to the top of its own document. */
  readonly prefix: readonly string[];
  readonly depth: number;
}

/**
 * Merge the fields of a document and of what it includes, in the order they stand.
 *
 * @throws {ConfigError} when it nests too deep, or on `+=` inside a list
 */
export function assemble(root: ObjectSyntax): ObjectNode {
  return assembleObject(root, { path: [], prefix: [], depth: 0 });
}

/** Lay one assembled document over another, which is changed. */
export function mergeInto(older: ObjectNode, newer: ObjectNode): void {
  for (const [key, value] of newer.fields) {
    assign(older, key, value);
  }
}

function assembleObject(syntax: ObjectSyntax, scope: Scope): ObjectNode {
  const object: ObjectNode = { kind: 'object', fields: new Map(), origin: syntax.origin };
  for (const statement of syntax.statements) {
    if (statement.kind === 'field') {
      assignField(object, statement, scope);
      continue;
    }
    const prefix = [...scope.prefix, ...(scope.path ?? [])];
    for (const document of statement.documents) {
      mergeInto(object, assembleObject(document, { path: [], prefix, depth: scope.depth }));
    }
  }
  return object;
}

function assignField(object: ObjectNode, statement: FieldStatement, scope: Scope): void {
  const inner = enter(scope, statement.path, statement.origin);
  const [first = '', ...rest] = statement.path;
  let value = statement.isAppend ? assembleAppend(statement, inner) : assembleValue(statement.value, inner);
  for (const key of rest.toReversed()) {
    value = { kind: 'object', fields: new Map([[key, value]]), origin: statement.origin };
  }
  assign(object, first, value);
}

function enter(scope: Scope, path: readonly string[], origin: Origin): Scope {
  const depth = scope.depth + path.length;
  if (depth > MAX_DEPTH) {
    throw new ConfigError(origin, `objects and lists nest deeper than ${MAX_DEPTH}`);
  }
  return { ...scope, path: scope.path && [...scope.path, ...path], depth };
}

function assembleAppend(statement: FieldStatement, scope: Scope): Node {
  const { origin } = statement;
  if (scope.path === undefined) {
    throw new ConfigError(origin, "'+=' does not work inside a list; write the list out");
  }
  const self: ReferenceSyntax = { kind: 'reference', path: scope.path, isOptional: true, origin };
  return {
    kind: 'append',
    older: { ...self, prefix: scope.prefix },
    items: [assembleValue(statement.value, scope)],
    origin,
  };
}

function assembleValue(syntax: Syntax, scope: Scope): Node {
  switch (syntax.kind) {
    case 'object':
      return assembleObject(syntax, scope);
    case 'list': {
      const inner: Scope = { ...enter(scope, [''], syntax.origin), path: undefined };
      const items = syntax.items.map((item) => assembleValue(item, inner));
      return { kind: 'list', items, origin: syntax.origin };
    }
    case 'concat': {
      const pieces = syntax.pieces.map((piece) => assembleValue(piece, scope));
      return { kind: 'concat', pieces, origin: syntax.origin };
    }
    case 'reference':
      return { ...syntax, prefix: scope.prefix };
    default:
      return syntax;
  }
}

/** Give a field a newer value; what can be merged at once is merged in place. */
function assign(object: ObjectNode, key: string, newer: Node): void {
  const older = object.fields.get(key);
  if (older === undefined || hidesOlder(newer)) {
    object.fields.set(key, newer);
  } else if (!foldInto(older, newer)) {
    const isHidden = newer.kind === 'object' && isHead(older);
    object.fields.set(key, isHidden ? newer : { kind: 'layers', newer, older, origin: newer.origin });
  }
}

/** Merge into what stands there already; false when that takes a layer of its own. */
function foldInto(older: Node, newer: Node): boolean {
  const target = older.kind === 'layers' ? older.newer : older;
  if (newer.kind === 'object' && target.kind === 'object') {
    mergeInto(target, newer);
    return true;
  }
  if (newer.kind === 'append' && (target.kind === 'list' || target.kind === 'append')) {
    for (const item of newer.items) {
      target.items.push(item);
    }
    return true;
  }
  return false;
}
