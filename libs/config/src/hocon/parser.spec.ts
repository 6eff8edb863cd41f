import { describe, expect, it } from 'vitest';
import { readText, textToJson } from '../testing/read-text.js';
import { findByPath } from './config-value.js';

describe('a HOCON document', () => {
  it.each([
    ['', '{}'],
    [' \n\t\r\n # nothing\n // either', '{}'],
    ['{}', '{}'],
    ['\n{\n}\n', '{}'],
    ['a=1,b=2,', '{"a":1,"b":2}'],
    ['a=1\n,\nb=2', '{"a":1,"b":2}'],
    ['a = 1 # one\nb = 2 // two', '{"a":1,"b":2}'],
    ['a\t=\u00a01\u2003\nb:2', '{"a":1,"b":2}'],
    ['a {b:1} , c=3', '{"a":{"b":1},"c":3}'],
    ['a =\n\n 5', '{"a":5}'],
    ['a = # why\n 5', '{"a":5}'],
    ['a = [\n]', '{"a":[]}'],
    ['a = [1,2\n3\n\n,4,]', '{"a":[1,2,3,4]}'],
    ['a = [[1][2]]', '{"a":[[1,2]]}'],
    ['a = {b=1} {c=2}', '{"a":{"b":1,"c":2}}'],
    ['a = 1, a = 2', '{"a":2}'],
    ['a = {b=1}, a = null', '{"a":null}'],
    ['a = {b=1}, a = 5, a = {c=2}', '{"a":{"c":2}}'],
  ])('%j is %s', (text, json) => {
    expect(textToJson(text)).toBe(json);
  });

  it.each([
    ['a = x  y   z  ', '{"a":"x  y   z"}'],
    ['a = "x" "y"', '{"a":"x y"}'],
    ['a = "x"y', '{"a":"xy"}'],
    ['a = 5m', '{"a":"5m"}'],
    ['a = 5 m', '{"a":"5 m"}'],
    ['a = 1.50 x', '{"a":"1.50 x"}'],
    ['a = 1.2.3', '{"a":"1.2.3"}'],
    ['a = -', '{"a":"-"}'],
    ['a = -1', '{"a":-1}'],
    ['a = -007', '{"a":-7}'],
    ['a = 00', '{"a":0}'],
    ['a = 1e3', '{"a":1000}'],
    ['a = 1e400', '{"a":1e400}'],
    ['a = 9223372036854775807', '{"a":9223372036854775807}'],
    ['a = 9223372036854775808', '{"a":9223372036854775808}'],
    ['a = trueish', '{"a":"trueish"}'],
    ['a = true false null', '{"a":"true false null"}'],
    ['a = nullable', '{"a":"nullable"}'],
    ['a = x/y', '{"a":"x/y"}'],
    ['a = x//y', '{"a":"x"}'],
    ['a = "x//y"', '{"a":"x//y"}'],
    ['a = """x\n"y" \\n"""', '{"a":"x\\n\\"y\\" \\\\n"}'],
    ['a = """"x""""', '{"a":"\\"x\\""}'],
    ['a = """"""', '{"a":""}'],
    ['a = "\\u00e9\\/\\b\\f"', '{"a":"é/\\b\\f"}'],
  ])('takes the value of %j for what it is: %s', (text, json) => {
    expect(textToJson(text)).toBe(json);
  });

  it.each([
    ['a.b.c = 1', '{"a":{"b":{"c":1}}}'],
    ['a."b.c".d = 1', '{"a":{"b.c":{"d":1}}}'],
    ['a b = 1', '{"a b":1}'],
    ['"" = 1', '{"":1}'],
    ['a."".b = 1', '{"a":{"":{"b":1}}}'],
    ['1.5 = 1', '{"1":{"5":1}}'],
    ['true = 1, null.x = 2', '{"true":1,"null":{"x":2}}'],
    ['x"y.z"w = 1', '{"xy.zw":1}'],
    ['"include" = 1, includes = 2, include.x = 3', '{"include":{"x":3},"includes":2}'],
    ['__proto__.x = 1, constructor = 2, toString = 3', '{"__proto__":{"x":1},"constructor":2,"toString":3}'],
  ])('takes the key of %j for what it is: %s', (text, json) => {
    expect(textToJson(text)).toBe(json);
  });

  it('knows the line of every value', () => {
    const config = readText('a = 1\n\nb {\n  c = """x\ny"""\n  d = [\n    1\n    ${a}\n  ]\n}\n');

    const lines = [['a'], ['b'], ['b', 'c'], ['b', 'd']].map((path) => findByPath(config, path)?.origin);

    expect(lines).toEqual([1, 3, 4, 6].map((line) => ({ source: 'test.conf', line })));
    const list = findByPath(config, ['b', 'd']);
    expect(list?.kind === 'list' && list.items.map((item) => item.origin.line)).toEqual([7, 1]);
  });
});
