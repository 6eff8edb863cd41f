import type { Origin } from './config-error.js';
import type { ConfigScalar } from './config-value.js';

/** A document as written: nothing merged, nothing included, nothing looked up. */
export type Syntax = ConfigScalar | ReferenceSyntax | ListSyntax | ObjectSyntax | ConcatSyntax;

/** `${path}` or `${?path}`. */
export interface ReferenceSyntax {
  readonly kind: 'reference';
  readonly path: readonly string[];
  readonly isOptional: boolean;
  readonly origin: Origin;
}

export interface ListSyntax {
  readonly kind: 'list';
  readonly items: readonly Syntax[];
  readonly origin: Origin;
}

export interface ObjectSyntax {
  readonly kind: 'object';
  readonly statements: readonly Statement[];
  readonly origin: Origin;
}

/** Two or more values side by side. */
export interface ConcatSyntax {
  readonly kind: 'concat';
  readonly pieces: readonly Syntax[];
  readonly origin: Origin;
}

export type Statement = FieldStatement | IncludeStatement;

export interface FieldStatement {
  readonly kind: 'field';
  readonly path: readonly string[];
  /** `+=` rather than `:` or `=`. */
  readonly isAppend: boolean;
  readonly value: Syntax;
  readonly origin: Origin;
}

export interface IncludeStatement {
  readonly kind: 'include';
  readonly form: 'plain' | 'file' | 'url' | 'classpath';
  readonly name: string;
  readonly isRequired: boolean;
  readonly origin: Origin;
  /** What was found under the name, the weakest first; filled in when the documents are loaded. */
  documents: readonly ObjectSyntax[];
}

/** A parsed document and its include statements, in order, at whatever depth they stand. */
export interface ParsedDocument {
  readonly root: ObjectSyntax;
  readonly includes: readonly IncludeStatement[];
}
