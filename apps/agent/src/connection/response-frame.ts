import type { MethodDefinition, PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { SERVICE_NAME } from '@app/protocol';
import type { OutgoingResponse } from './proxy-port.js';

/** `content_as_zipped`, field 10 of ScrapeResponse: its number and the type of what has a length. */
const ZIPPED_TAG = (10 << 3) | 2;

/**
 * A serialized ScrapeResponse whose body is still in its pieces.
 *
 * All that grpc-js does with a serialized message is to ask its length and to copy it behind the five bytes that
 * precede it in a frame; so the bytes of a body are copied there, and nowhere before.
 */
export class ResponseFrame {
  readonly length: number;
  readonly #parts: readonly Uint8Array[];

  /** @param fields - every field but the body, serialized */
  constructor(fields: Uint8Array, pieces: readonly Buffer[]) {
    const bodyBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const tag = Buffer.from([ZIPPED_TAG, ...varint(bodyBytes)]);
    this.length = fields.length + tag.length + bodyBytes;
    this.#parts = [fields, tag, ...pieces];
  }

  /** Copy the message into `target`, from `at` on. */
  copy(target: Buffer, at: number): void {
    let offset = at;
    for (const part of this.#parts) {
      target.set(part, offset);
      offset += part.length;
    }
  }
}

/** The same wire; what is sent on `writeResponsesToProxy` may be an {@link OutgoingResponse}. */
export function withPiecesInPlace(definition: PackageDefinition): PackageDefinition {
  const service = definition[SERVICE_NAME] as ServiceDefinition;
  const method = service['writeResponsesToProxy'] as MethodDefinition<OutgoingResponse, object>;
  const requestSerialize = (message: OutgoingResponse): Buffer => {
    const fields = method.requestSerialize(message);
    return message.zippedPieces === undefined
      ? fields
      : (new ResponseFrame(fields, message.zippedPieces) as unknown as Buffer);
  };
  return {
    ...definition,
    [SERVICE_NAME]: { ...service, writeResponsesToProxy: { ...method, requestSerialize } },
  };
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}
