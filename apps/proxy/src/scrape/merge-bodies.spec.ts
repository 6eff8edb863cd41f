import { describe, expect, it } from 'vitest';
import { mergeBodies } from './merge-bodies.js';

const TEXT = 'text/plain; version=0.0.4';

function merge(bodies: string[], contentType = TEXT): string {
  return mergeBodies(
    bodies.map((body) => Buffer.from(body)),
    contentType,
  ).toString();
}

describe('mergeBodies', () => {
  it.each([
    ['nothing from nothing', [], ''],
    ['nothing from empty bodies', ['', ''], ''],
    ['a single body as it is', ['', 'a 1\n\n# EOF\n', ''], 'a 1\n\n# EOF\n'],
    ['two bodies in order, without a last line feed', ['a 1\n', 'b 2\n\n'], 'a 1\nb 2'],
    ['one end mark for several', ['a 1\n# EOF\n', 'b 2\n# EOF'], 'a 1\nb 2\n# EOF'],
    ['an end mark when only one has it', ['a 1\n', 'b 2\n# EOF\n'], 'a 1\nb 2\n# EOF'],
  ])('gives %s', (_what, bodies, expected) => {
    expect(merge(bodies)).toBe(expected);
  });

  it('lets protobuf expositions follow each other untouched', () => {
    expect(merge(['\u0001 \n', '\u0002\n'], 'application/vnd.google.protobuf; encoding=delimited')).toBe(
      '\u0001 \n\u0002\n',
    );
  });
});
