import type { MethodDefinition, PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { packageDefinition, SERVICE_NAME, type ScrapeResponseMessage } from '@app/protocol';
import { expect, test } from 'vitest';
import { OutgoingBody } from './outgoing-body.js';
import type { OutgoingResponse } from './proxy-port.js';
import { withPiecesInPlace } from './response-frame.js';

type Method = MethodDefinition<OutgoingResponse, ScrapeResponseMessage>;

const methodOf = (definition: PackageDefinition): Method =>
  (definition[SERVICE_NAME] as ServiceDefinition)['writeResponsesToProxy'] as Method;

const method = methodOf(withPiecesInPlace(packageDefinition));
const head = { agentId: 'agent-1', scrapeId: 7, statusCode: 200, contentType: 'text/plain', zipped: true };

/** As grpc-js frames a message: five bytes first. */
function framed(message: OutgoingResponse): Buffer {
  const serialized = method.requestSerialize(message);
  const frame = Buffer.alloc(serialized.length + 5);
  serialized.copy(frame, 5);
  return frame.subarray(5);
}

test.each([
  ['no piece', []],
  ['an empty piece', [0]],
  ['one byte', [1]],
  ['the longest body whose length takes one byte', [127]],
  ['the shortest body whose length takes two', [128]],
  ['several pieces', [5, 0, 1_000]],
  ['a large body', [200_000, 140_212]],
])('a body of %s arrives as if it had been serialized whole', (_name, sizes) => {
  const pieces = sizes.map((size, at) => Buffer.alloc(size, at + 1));
  const whole = methodOf(packageDefinition).requestSerialize({
    ...head,
    contentAsZipped: Buffer.concat(pieces),
  });

  const inPieces = framed({ ...head, zippedBody: new OutgoingBody(pieces) });

  expect(inPieces.equals(whole)).toBe(true);
});

test('an answer without a body in pieces is serialized as ever', () => {
  const message = { ...head, zipped: false, contentAsText: 'up 1' };

  expect(framed(message).equals(methodOf(packageDefinition).requestSerialize(message))).toBe(true);
});
