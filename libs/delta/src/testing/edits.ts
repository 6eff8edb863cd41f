import * as fc from 'fast-check';

/** One change of a body: at a place (0 to 1 of its length) some bytes go and others come. */
export interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly added: string;
}

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.nat(1_000).map((thousandths) => thousandths / 1_000),
    removed: fc.nat(64),
    added: fc.string({ maxLength: 64 }),
  }),
  { maxLength: 20 },
);

/** A body that looks like an exposition, of about `byteCount` bytes, other for each seed. */
export function exposition(byteCount: number, seed: number): Buffer {
  const lines: string[] = [];
  let length = 0;
  for (let at = 0; length < byteCount; at += 1) {
    const value = Math.imul(seed + at, 2_654_435_761) >>> 0;
    const line = `app_requests_total{handler="/api/${at % 97}",code="${200 + (at % 5)}",series="${at}"} ${value}\n`;
    lines.push(line);
    length += line.length;
  }
  return Buffer.from(lines.join('')).subarray(0, byteCount);
}

export function applyEdits(body: Buffer, changes: readonly Edit[]): Buffer {
  return changes.reduce((current, { at, removed, added }) => {
    const from = Math.floor(at * current.length);
    return Buffer.concat([current.subarray(0, from), Buffer.from(added), current.subarray(from + removed)]);
  }, body);
}
