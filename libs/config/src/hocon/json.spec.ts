import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from './assemble.js';
import { ConfigError } from './config-error.js';
import { toJson } from './config-value.js';
import { parseJson } from './json.js';
import { resolve } from './resolve.js';

const read = (text: string): string => toJson(resolve(assemble(parseJson(text, 'x.json').root), { env: {} }));

describe('a JSON document', () => {
  it.each(['{"a":1,}', '{a:1}', '{"a":1} // x', "{'a':1}", '{"a":01}', '', '# x', '{"a":"\t"}'])(
    'is taken strictly: %j is refused',
    (text) => {
      expect(() => read(text)).toThrow(ConfigError);
      expect(() => read(text)).toThrow('x.json:1: this is not valid JSON');
    },
  );

  it.each([
    ['{\n  "a": 1,\n  "agentToken": s3cret\n}', 3],
    ['{\n  "a": "s3cret\n}', 2],
    ['{\n  "a": 1\n  "b": 2\n}', 3],
    ['{\n  "a": [1,\n  2,\n  ]\n}', 4],
    ['{\n  "a": {\n', 3],
    ['{}\n{}\n', 2],
    ['\n\nx\n\n', 3],
  ])('is refused with the line of the mistake and without its text: %j', (text, line) => {
    expect(() => read(text)).toThrow(`x.json:${line}: this is not valid JSON`);
    expect(() => read(text)).not.toThrow('s3cret');
  });

  it('may begin with a byte order mark, and knows no substitution or include', () => {
    expect(read('\ufeff{"include": "${x}"}')).toBe('{"include":"${x}"}');
  });

  it('must be an object', () => {
    expect(() => read('[1]')).toThrow('x.json:1: the document is a list; it must be an object');
  });

  it('is read back to what was written, whatever that was', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })),
        (written) => {
          const json = JSON.stringify(written);

          expect(JSON.parse(read(json))).toEqual(JSON.parse(json));
        },
      ),
      { numRuns: 500 },
    );
  });
});
