import { hash } from 'node:crypto';

/** How many bytes of a body's SHA-256 stand for it on the link. */
export const BODY_ID_BYTES = 8;

/** What a body is called: the first bytes of its SHA-256, in hexadecimal. It is also the proof that it came whole. */
export function bodyId(bytes: Buffer): string {
  return hash('sha256', bytes, 'hex').slice(0, 2 * BODY_ID_BYTES);
}

/** An id as it travels. */
export function idToWire(id: string): Buffer {
  return Buffer.from(id, 'hex');
}

/** An id from the link; undefined when it has another length than ours have. */
export function idFromWire(bytes: Uint8Array): string | undefined {
  return bytes.length === BODY_ID_BYTES ? Buffer.from(bytes).toString('hex') : undefined;
}
