import { describe, expect, it } from 'vitest';
import { readText, textToJson } from '../testing/read-text.js';

describe('substitutions', () => {
  it.each([
    ['forward', 'a = ${b}, b = 1', '{"a":1,"b":1}'],
    ['to a later value', 'a = 1, b = ${a}, a = 2', '{"a":2,"b":2}'],
    ['into an object', 'a = ${b.c}, b = {c = {d = 1}}', '{"a":{"d":1},"b":{"c":{"d":1}}}'],
    ['of a quoted key', 'a = ${"x.y"}, "x.y" = 1', '{"a":1,"x.y":1}'],
    ['of null', 'a = ${b}, b = null, c = x${b}', '{"a":null,"b":null,"c":"xnull"}'],
    ['next to texts', 'a = 1, b = <${a}>${a} "z"', '{"a":1,"b":"<1>1 z"}'],
    ['next to texts, absent', 'a = x ${?no} y', '{"a":"x  y"}'],
    ['absent', 'a = ${?no}, b = ${?no}${?no}', '{}'],
    ['absent between absent', 'b = ${?no} ${?no}', '{"b":" "}'],
    ['absent in a list', 'a = [1, ${?no}, 2]', '{"a":[1,2]}'],
    ['absent over a value', 'a = 1, a = ${?no}', '{"a":1}'],
    ['hidden by a newer value', 'a = ${no}, a = 1', '{"a":1}'],
    ['of lists', 'a = [1], b = ${a} [2] ${a}', '{"a":[1],"b":[1,2,1]}'],
    ['of objects', 'a = {x=1}, b = ${a} {y=2} ${a}', '{"a":{"x":1},"b":{"x":1,"y":2}}'],
    ['below an object', 'a = ${b}, a.x = 2, b = {x=1,y=1}', '{"a":{"x":2,"y":1},"b":{"x":1,"y":1}}'],
    ['over an object', 'a = {x=1,y=1}, a = ${b}, b = {x=2}', '{"a":{"x":2,"y":1},"b":{"x":2}}'],
    ['over an object, no object', 'a = {x=1}, a = ${b}, b = 5', '{"a":5,"b":5}'],
    ['between objects', 'a = {x=1}, a = ${?no}, a = {y=2}', '{"a":{"x":1,"y":2}}'],
    ['within one object', 'a = {x = 1, y = ${a.x}}, a = {x = 2}', '{"a":{"x":2,"y":2}}'],
    ['across objects', 'a = {x=${b.y}, z=1}, b = {y=${a.z}}', '{"a":{"x":1,"z":1},"b":{"y":1}}'],
    ['to a list through +=', 'a = ${b}, b = [1], a += 2', '{"a":[1,2],"b":[1]}'],
  ])('%s: %j is %s', (_, text, json) => {
    expect(textToJson(text)).toBe(json);
  });

  it.each([
    ['a = 1, a = ${a}', '{"a":1}'],
    ['a = ${?a}', '{}'],
    ['a = ${?a}x', '{"a":"x"}'],
    ['a = x, a = ${a}y, a = ${a}z', '{"a":"xyz"}'],
    ['a.b = 1, a.b = ${a.b}2', '{"a":{"b":"12"}}'],
    ['a = {b=1}, a = ${a} {c=2}', '{"a":{"b":1,"c":2}}'],
    ['a = 1, b = ${a}, a = ${b}', '{"a":1,"b":1}'],
    ['a = 1, b = ${c}, c = ${a}, a = ${b}', '{"a":1,"b":1,"c":1}'],
    ['a = x, b = ${a}-, a = ${b}y', '{"a":"x-y","b":"x-y-"}'],
    ['a = ${?b}x, b = ${?a}', '{"a":"x","b":"x"}'],
    ['a += 1', '{"a":[1]}'],
    ['a += 1, a += [2]', '{"a":[1,[2]]}'],
    ['a = [1], a += ${b}, b = 2', '{"a":[1,2],"b":2}'],
    ['a = ${base}, a.l = ${a.l} [2], base.l = [1]', '{"a":{"l":[1,2]},"base":{"l":[1]}}'],
    ['a = ${base}, a.l += 2, base.l = [1]', '{"a":{"l":[1,2]},"base":{"l":[1]}}'],
  ])('that look back to the older value of their own field: %j is %s', (text, json) => {
    expect(textToJson(text)).toBe(json);
  });

  it.each([
    ['a = ${x}', { x: '1' }, '{"a":"1"}'],
    ['a = ${x}', { x: '' }, '{"a":""}'],
    ['x = 2, a = ${x}', { x: '1' }, '{"x":2,"a":2}'],
    ['a = d, a = ${?x}', { x: 'e' }, '{"a":"e"}'],
    ['x = ${x}', { x: '1' }, '{"x":"1"}'],
    ['a = ${?__proto__}, b = ${?toString}', {}, '{}'],
  ])('fall back to the environment: %j with %j is %s', (text, env, json) => {
    expect(textToJson(text, env)).toBe(json);
  });

  it.each([
    ['a = 1\nb = ${no.such}', /^test\.conf:2: \$\{no\.such\} has no value: .* write \$\{\?no\.such\}/],
    ['a = ${b}\nb = ${a}', /^test\.conf:\d: the value of \$\{\w\} depends on itself$/],
    ['a = ${a}', /^test\.conf:1: the value of \$\{a\} depends on itself$/],
    ['a = 1, a = [${a}]', /^test\.conf:1: a value contains itself through a substitution$/],
    ['a = {b = ${a}}', /^test\.conf:1: a value contains itself through a substitution$/],
    ['a = ${b.c}, b = ${a}', /depends on itself$/],
    ['a = ${b}, b = 5, c = ${b.d}', /\$\{b\.d\} has no value/],
  ])('that cannot be: %j', (text, message) => {
    expect(() => readText(text)).toThrow(message);
  });
});
