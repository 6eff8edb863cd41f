import type { MethodDefinition, PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { SERVICE_NAME } from '@app/protocol';
import type { OutgoingBody } from './outgoing-body.js';
import type { OutgoingResponse } from './proxy-port.js';

/** `content_as_zipped`, field 10 of ScrapeResponse: its number and the type of what has a length. */
const ZIPPED_TAG = (10 << 3) | 2;

/**
 * A serialized ScrapeResponse whose body is still in its pieces.
 *
 * All that grpc-js does with a serialized message is to ask its length and to copy it behind the five bytes that
 * precede it in a frame; so the bytes of a body are moved there, and nowhere before.
 */
export class ResponseFrame {
  readonly length: number;
  readonly #fields: Uint8Array;
  readonly #body: OutgoingBody;

  /** @param fields - every field but the body, serialized */
  constructor(fields: Uint8Array, body: OutgoingBody) {
    this.#fields = fields;
    this.#body = body;
    this.length = fields.length + 1 + varintBytes(body.byteCount) + body.byteCount;
  }

  /** Put the message into `target`, from `at` on; once, for its body is moved there. */
  copy(target: Buffer, at: number): void {
    target.set(this.#fields, at);
    const offset = at + this.#fields.length;
    target[offset] = ZIPPED_TAG;
    this.#body.moveTo(target, writeVarint(this.#body.byteCount, target, offset + 1));
  }
}

/** The same wire; what is sent on `writeResponsesToProxy` may be an {@link OutgoingResponse}. */
export function withPiecesInPlace(definition: PackageDefinition): PackageDefinition {
  const service = definition[SERVICE_NAME] as ServiceDefinition;
  const method = service['writeResponsesToProxy'] as MethodDefinition<OutgoingResponse, object>;
  const requestSerialize = (message: OutgoingResponse): Buffer => {
    const fields = method.requestSerialize(message);
    return message.zippedBody === undefined
      ? fields
      : (new ResponseFrame(fields, message.zippedBody) as unknown as Buffer);
  };
  return {
    ...definition,
    [SERVICE_NAME]: { ...service, writeResponsesToProxy: { ...method, requestSerialize } },
  };
}

/** Of a base-128 varint, as protobuf writes lengths. */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest /= 0x80) bytes += 1;
  return bytes;
}

/** Where the next byte belongs. */
function writeVarint(value: number, target: Buffer, at: number): number {
  let offset = at;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    target[offset] = (rest % 0x80) | 0x80;
    offset += 1;
  }
  target[offset] = rest;
  return offset + 1;
}
