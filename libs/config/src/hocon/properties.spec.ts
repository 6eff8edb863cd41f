import { describe, expect, it } from 'vitest';
import { assemble } from './assemble.js';
import { toJson } from './config-value.js';
import { parseProperties } from './properties.js';
import { resolve } from './resolve.js';

const read = (text: string): string =>
  toJson(resolve(assemble(parseProperties(text, 'x.properties').root), { env: {} }));

describe('a document of properties', () => {
  it.each([
    ['', '{}'],
    ['# a\n ! b\n\n', '{}'],
    ['a=1\nb:2\nc 3\nd', '{"a":"1","b":"2","c":"3","d":""}'],
    [' a  =  1 2 ', '{"a":"1 2 "}'],
    ['a==1', '{"a":"=1"}'],
    ['a.b.c=1\na.b.d=2', '{"a":{"b":{"c":"1","d":"2"}}}'],
    ['a=1\r\nb=2\rc=3', '{"a":"1","b":"2","c":"3"}'],
    ['a=1\na=2', '{"a":"2"}'],
    ['a.b=2\na=1', '{"a":{"b":"2"}}'],
    ['a=1\na.b=2', '{"a":{"b":"2"}}'],
    ['a=x\\\n  y\\\\\nb=2', '{"a":"xy\\\\","b":"2"}'],
    ['a=x\\', '{"a":"x"}'],
    ['a=\\t\\n\\u00e9\\q\\=', '{"a":"\\t\\néq="}'],
    ['a\\ b\\=c=1', '{"a b=c":"1"}'],
    ['a=${b}', '{"a":"${b}"}'],
    ['\ufeffa=1', '{"a":"1"}'],
    ['__proto__.x=1', '{"__proto__":{"x":"1"}}'],
  ])('%j is %s', (text, json) => {
    expect(read(text)).toBe(json);
  });

  it('is refused with a broken escape, by the line it begins on', () => {
    expect(() => read('a=1\nb=x\\\n\\u12')).toThrow(
      'x.properties:2: an escape \\u needs four hexadecimal digits',
    );
  });
});
