import { packageDefinition, SERVICE_NAME } from '@app/protocol';
import type { MethodDefinition, ServiceDefinition } from '@grpc/proto-loader';

export type Side = 'agent' | 'proxy';

/** The fields of a message, by their camelCase names. */
export type Fields = Readonly<Record<string, unknown>>;

const service = packageDefinition[SERVICE_NAME] as ServiceDefinition;
const ONE_OFS = new Set(['contentOneOf', 'chunkOneOf']);

/** All RPCs of the wire, by name. */
export const RPCS: readonly string[] = Object.keys(service);

/** @throws when the wire has no such RPC */
export function getMethod(rpc: string): MethodDefinition<object, object> {
  const method = service[rpc];
  if (method === undefined) throw new Error(`no rpc ${rpc}`);
  return method;
}

/** Every field of a message that `from` sent, absent ones with their defaults. */
export function decode(rpc: string, from: Side, bytes: Buffer): Fields {
  const method = getMethod(rpc);
  const decoded = from === 'agent' ? method.requestDeserialize(bytes) : method.responseDeserialize(bytes);
  return { ...decoded };
}

/** The bytes of a message as a peer sends them: without the fields that have their default. */
export function encode(rpc: string, from: Side, fields: Fields): Buffer {
  const method = getMethod(rpc);
  const present = withoutDefaults(fields);
  return from === 'agent' ? method.requestSerialize(present) : method.responseSerialize(present);
}

/** What of a message is on the wire. The chosen alternative of a oneof is, whatever its value. */
export function withoutDefaults(fields: Fields): Fields {
  const chosen = new Set([...ONE_OFS].map((name) => fields[name]));
  const present = Object.entries(fields).filter(([name, value]) => chosen.has(name) || !isDefault(value));
  return Object.fromEntries(
    present.map(([name, value]) => [name, isMessage(value) ? withoutDefaults(value) : value]),
  );
}

/** The message with every field at any depth replaced by what `change` makes of it. */
export function mapFields(fields: Fields, change: (name: string, value: unknown) => unknown): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      isMessage(value) ? mapFields(value, change) : change(name, value),
    ]),
  );
}

function isMessage(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

function isDefault(value: unknown): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  return value === 0 || value === '' || value === false || value === null || isEmptyList;
}
