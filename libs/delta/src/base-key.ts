import { hash } from 'node:crypto';

/** What a target's answer depends on, as the ScrapeRequest says it. */
export interface ScrapeShape {
  readonly path: string;
  readonly accept: string;
  readonly query: string;
  readonly authorization: string;
}

/**
 * Which bodies may serve one another as bases: those of one path, asked for with the same accept, query and
 * authorization. A digest, so that no credential is kept and every key has the same length.
 */
export function baseKey({ path, accept, query, authorization }: ScrapeShape): string {
  // The path comes last: it alone may hold any character.
  return hash('sha256', `${accept}\n${query}\n${authorization}\n${path}`, 'base64');
}
