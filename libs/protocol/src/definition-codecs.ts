import type { PackageDefinition } from '@grpc/proto-loader';
import { SERVICE_NAME } from './package-definition.js';

/** How the messages of one method are written and read. */
export interface MethodCodecs {
  readonly requestSerialize: Serialize;
  readonly requestDeserialize: Deserialize;
  readonly responseSerialize: Serialize;
  readonly responseDeserialize: Deserialize;
}

export type Serialize = (this: void, message: object) => Buffer;
export type Deserialize = (this: void, bytes: Buffer) => object;

/** A definition in which each method of the service writes or reads in another way. */
export function withCodecs(
  definition: PackageDefinition,
  change: (method: MethodCodecs) => Partial<MethodCodecs>,
): PackageDefinition {
  const service = definition[SERVICE_NAME] as unknown as Record<string, MethodCodecs>;
  const methods = Object.entries(service).map(([name, method]) => [name, { ...method, ...change(method) }]);
  return { ...definition, [SERVICE_NAME]: Object.fromEntries(methods) as never };
}
