import { hash } from 'node:crypto';

/** What a target's answer depends on, as the ScrapeRequest says it. */
export interface ScrapeShape {
  readonly path: string;
  readonly accept: string;
  readonly query: string;
  readonly authorization: string;
}

/** Longer keys are digests, in characters. */
const MAX_LENGTH = 512;

/**
 * Which bodies may serve one another as bases: those of one path, asked for with the same accept, query and
 * authorization. A digest where it would hold a credential or be long: neither is kept.
 */
export function baseKey({ path, accept, query, authorization }: ScrapeShape): string {
  // The path comes last: it alone may hold any character.
  const key = `${accept}\n${query}\n${authorization}\n${path}`;
  return authorization === '' && key.length <= MAX_LENGTH ? key : hash('sha256', key, 'base64');
}
