import type { PackageDefinition } from '@grpc/proto-loader';
import { type Serialize, withCodecs } from './definition-codecs.js';

/** What grpc-js puts before a message: whether it is compressed, in one byte, and its length in four. */
const PREFIX_BYTES = 5;

/** Messages of one stream that go out together, in this order: what they cost HTTP/2 and the system, they cost once. */
export class MessageBatch<T> {
  /** @throws {RangeError} when there is no message */
  constructor(readonly messages: readonly T[]) {
    if (messages.length === 0) throw new RangeError('a batch holds one message at least');
  }
}

/** Messages, one at least, as they are written to a stream of a {@link batchDefinition}. */
export function batchOf<T>(messages: readonly T[]): T | MessageBatch<T> {
  const [only] = messages;
  return messages.length === 1 && only !== undefined ? only : new MessageBatch(messages);
}

/** The same wire; in place of a message, a {@link MessageBatch} of them may be sent. */
export function batchDefinition(definition: PackageDefinition): PackageDefinition {
  return withCodecs(definition, ({ requestSerialize, responseSerialize }) => ({
    requestSerialize: batching(requestSerialize),
    responseSerialize: batching(responseSerialize),
  }));
}

function batching(serialize: Serialize): Serialize {
  return (message) =>
    message instanceof MessageBatch
      ? (new BatchFrame(message.messages.map(serialize)) as unknown as Buffer)
      : serialize(message);
}

/**
 * Serialized messages that pass for one.
 *
 * All that grpc-js does with a serialized message is to ask its length, to make room for it and a prefix, to write that prefix, and
 * then to have it copied behind. A batch is copied over the prefix as well: it brings one for each of its messages.
 */
class BatchFrame {
  readonly length: number;
  /** A server asks for this one. */
  readonly byteLength: number;

  constructor(private readonly messages: readonly Buffer[]) {
    this.length = messages.reduce((sum, { length }) => sum + PREFIX_BYTES + length, -PREFIX_BYTES);
    this.byteLength = this.length;
  }

  copy(target: Buffer, at: number): void {
    let offset = at - PREFIX_BYTES;
    for (const message of this.messages) {
      target[offset] = 0;
      target.writeUInt32BE(message.length, offset + 1);
      message.copy(target, offset + PREFIX_BYTES);
      offset += PREFIX_BYTES + message.length;
    }
  }
}
