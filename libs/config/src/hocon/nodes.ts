import type { Origin } from './config-error.js';
import type { ConfigScalar } from './config-value.js';

/** A document with its fields merged as far as that needs no substitution. */
export type Node = Head | ReferenceNode | ConcatNode | AppendNode | LayersNode;

/** A node whose outermost shape is known. */
export type Head = ConfigScalar | ListNode | ObjectNode;

export interface ListNode {
  readonly kind: 'list';
  readonly items: Node[];
  readonly origin: Origin;
}

export interface ObjectNode {
  readonly kind: 'object';
  readonly fields: Map<string, Node>;
  readonly origin: Origin;
}

export interface ReferenceNode {
  readonly kind: 'reference';
  /** Where the document it stands in was included; looked up below there first, then from the top. */
  readonly prefix: readonly string[];
  readonly path: readonly string[];
  readonly isOptional: boolean;
  readonly origin: Origin;
}

export interface ConcatNode {
  readonly kind: 'concat';
  readonly pieces: readonly Node[];
  readonly origin: Origin;
}

/** `+=`: items after those of the field's own older value. */
export interface AppendNode {
  readonly kind: 'append';
  readonly older: ReferenceNode;
  readonly items: Node[];
  readonly origin: Origin;
}

/** One field given twice, where what the older value means is known only once substitutions are. */
export interface LayersNode {
  readonly kind: 'layers';
  newer: Node;
  readonly older: Node;
  readonly origin: Origin;
}

export const isHead = (node: Node): node is Head =>
  node.kind !== 'reference' && node.kind !== 'concat' && node.kind !== 'append' && node.kind !== 'layers';

/** Whether a newer value hides what is below it, whatever that is. */
export const hidesOlder = (node: Node): boolean => isHead(node) && node.kind !== 'object';
