/** Bytes one document may hold. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;
/** Bytes all values may come to once substitutions are resolved; every value counts 16 beside its text. */
export const MAX_RESOLVED_BYTES = 16 * 1024 * 1024;
/** Objects and lists inside one another, and keys in one path. */
export const MAX_DEPTH = 256;
/** Documents that include one another in a row. */
export const MAX_INCLUDE_DEPTH = 50;
/** Documents read for one configuration, included ones counted each time. */
export const MAX_DOCUMENTS = 1000;
/** Substitutions that lead to one another in a row. */
export const MAX_SUBSTITUTION_DEPTH = 500;
/** Steps the resolver takes before it gives a document up. */
export const MAX_RESOLVER_STEPS = 1_000_000;
