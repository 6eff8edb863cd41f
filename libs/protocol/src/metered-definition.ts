import type { PackageDefinition } from '@grpc/proto-loader';
import { type Deserialize, type Serialize, withCodecs } from './definition-codecs.js';
import { packageDefinition } from './package-definition.js';

/** The bytes of the messages of one program on the link, without what HTTP/2 and TLS put around them. */
export class MessageMeter {
  receivedBytes = 0;
  sentBytes = 0;
}

/** A wire, counting what is written and read through it: the same for a client and for a server. */
export function meteredDefinition(meter: MessageMeter, definition = packageDefinition): PackageDefinition {
  const writes = (serialize: Serialize): Serialize => {
    return (message) => {
      const bytes = serialize(message);
      meter.sentBytes += bytes.length;
      return bytes;
    };
  };
  const reads = (deserialize: Deserialize): Deserialize => {
    return (bytes) => {
      meter.receivedBytes += bytes.length;
      return deserialize(bytes);
    };
  };
  return withCodecs(definition, (method) => ({
    requestSerialize: writes(method.requestSerialize),
    requestDeserialize: reads(method.requestDeserialize),
    responseSerialize: writes(method.responseSerialize),
    responseDeserialize: reads(method.responseDeserialize),
  }));
}
