import type { PackageDefinition } from '@grpc/proto-loader';
import { packageDefinition, SERVICE_NAME } from './package-definition.js';

/** The bytes of the messages of one program on the link, without what HTTP/2 and TLS put around them. */
export class MessageMeter {
  receivedBytes = 0;
  sentBytes = 0;
}

interface Codec {
  serialize(this: void, message: object): Buffer;
  deserialize(this: void, bytes: Buffer): object;
}

/** A wire, counting what is written and read through it: the same for a client and for a server. */
export function meteredDefinition(meter: MessageMeter, definition = packageDefinition): PackageDefinition {
  const service = definition[SERVICE_NAME] as unknown as Record<string, MethodDefinition>;
  const metered = Object.entries(service).map(([name, method]) => {
    const request = counting(method.requestSerialize, method.requestDeserialize, meter);
    const response = counting(method.responseSerialize, method.responseDeserialize, meter);
    return [
      name,
      {
        ...method,
        requestSerialize: request.serialize,
        requestDeserialize: request.deserialize,
        responseSerialize: response.serialize,
        responseDeserialize: response.deserialize,
      },
    ];
  });
  return { ...definition, [SERVICE_NAME]: Object.fromEntries(metered) as never };
}

interface MethodDefinition {
  readonly requestSerialize: Codec['serialize'];
  readonly requestDeserialize: Codec['deserialize'];
  readonly responseSerialize: Codec['serialize'];
  readonly responseDeserialize: Codec['deserialize'];
}

function counting(
  serialize: Codec['serialize'],
  deserialize: Codec['deserialize'],
  meter: MessageMeter,
): Codec {
  return {
    serialize: (message) => {
      const bytes = serialize(message);
      meter.sentBytes += bytes.length;
      return bytes;
    },
    deserialize: (bytes) => {
      meter.receivedBytes += bytes.length;
      return deserialize(bytes);
    },
  };
}
