import type { Metadata } from '@grpc/grpc-js';
import { CALL_ID_HEADER, CONNECTION_ID_HEADER } from './connections.js';

/** Header that the proxy itself puts into each incoming call: the identity its token stands for. */
export const IDENTITY_HEADER = 'x-agent-identity';

/** The id of the connection a call came on. */
export function connectionIdOf(metadata: Metadata): string {
  return first(metadata, CONNECTION_ID_HEADER) ?? '';
}

/** Which of the calls on its connection it is. */
export function callIdOf(metadata: Metadata): string {
  return first(metadata, CALL_ID_HEADER) ?? '';
}

/** The identity a call's token stands for; undefined where no identities are configured. */
export function identityOf(metadata: Metadata): string | undefined {
  const name = first(metadata, IDENTITY_HEADER);
  return name === undefined ? undefined : decodeURIComponent(name);
}

function first(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === 'string' ? value : undefined;
}

/** Where a call comes from, and for whom it speaks. */
export interface CallOrigin {
  readonly connectionId: string;
  readonly identity: string | undefined;
}

export function originOf(metadata: Metadata): CallOrigin {
  return { connectionId: connectionIdOf(metadata), identity: identityOf(metadata) };
}
