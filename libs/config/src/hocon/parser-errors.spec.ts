import { describe, expect, it } from 'vitest';
import { readText } from '../testing/read-text.js';
import { ConfigError } from './config-error.js';

const messageOf = (text: string): string => {
  try {
    readText(text);
    return 'read without an error';
  } catch (error) {
    return error instanceof ConfigError ? error.message : `not our error: ${String(error)}`;
  }
};

describe('a HOCON document with a mistake', () => {
  it.each([
    ['a {\n b = 1', "test.conf:1: a '{' is never closed"],
    ['a = [\n 1', "test.conf:1: a '[' is never closed"],
    ['a = 1\n}', "test.conf:2: a '}' closes nothing"],
    ['{a = 1}\n\nb = 2', 'test.conf:3: expected the end of the document, found a text or number'],
    ['[1]', 'test.conf:1: the document is a list; it must be an object'],
    ['a', "test.conf:1: expected '=', ':', '+=' or '{' after a key, found the end of the document"],
    ['a\n{}', "test.conf:1: expected '=', ':', '+=' or '{' after a key, found the end of the line"],
    ['= 1', "test.conf:1: expected a key, found '='"],
    ['a = 1,,b = 2', "test.conf:1: expected a key, found ','"],
    ['a =', 'test.conf:1: expected a value, found the end of the document'],
    ['a = }', "test.conf:1: expected a value, found '}'"],
    ['a = [,]', "test.conf:1: expected a value, found ','"],
    ['a = [1 }', "test.conf:1: expected a comma, a new line or ']', found '}'"],
    ['a { b = 1 c', "test.conf:1: a '{' is never closed"],
    ['a = {b=1} = 2', "test.conf:1: expected a comma, a new line or '}', found '='"],
    [
      'a = "x',
      'test.conf:1: a quoted text is not closed on its line; close it, or use """ for several lines',
    ],
    [
      '\na = "x\n"',
      'test.conf:2: a quoted text is not closed on its line; close it, or use """ for several lines',
    ],
    ['a = """x\n\n', 'test.conf:1: a text that begins with """ is never closed'],
    ['a = "\t"', 'test.conf:1: a quoted text holds a control character; write it as an escape such as \\t'],
    ['a = "\\x"', /^test\.conf:1: a quoted text has an unknown escape; allowed/],
    ['a = "\\u12"', /^test\.conf:1: a quoted text has an unknown escape; allowed/],
    ['a = x!', "test.conf:1: '!' is not allowed outside quotes; put the whole text in quotes"],
    ['a = $x', "test.conf:1: a '$' outside quotes must be followed by '{'; put the text in quotes"],
    ['a = ${x', "test.conf:1: a substitution '${' is not closed with '}' on its line"],
    ['a = ${x\n}', "test.conf:1: a substitution '${' is not closed with '}' on its line"],
    ['a = ${ ${x} }', 'test.conf:1: a substitution cannot hold another one'],
    ['a = ${}', /^test\.conf:1: a key begins or ends with a dot/],
    ['a = ${x[}', "test.conf:1: a key cannot hold '['; put it in quotes"],
    ['a..b = 1', /^test\.conf:1: a key begins or ends with a dot/],
    ['.a = 1', /^test\.conf:1: a key begins or ends with a dot/],
    ['a + 1', "test.conf:1: '+' is not allowed outside quotes; put the whole text in quotes"],
    ['a = 1e+', "test.conf:1: '+' is not allowed outside quotes; put the whole text in quotes"],
    ['a = [{b += 1}]', "test.conf:1: '+=' does not work inside a list; write the list out"],
    ['a = 1 [2]', /^test\.conf:1: values of different kinds stand side by side/],
    ['a = {} x', /^test\.conf:1: values of different kinds stand side by side/],
    ['a = 1\na += 2', /^test\.conf:2: values of different kinds stand side by side/],
    ['include x', /^test\.conf:1: include needs a quoted name/],
    ['include = 1', /^test\.conf:1: include needs a quoted name/],
    ['include file("x"', /^test\.conf:1: include needs a quoted name/],
    ['include required(file("x")', /^test\.conf:1: include needs a quoted name/],
    ['include ftp("x")', /^test\.conf:1: include needs a quoted name/],
  ])('%j: %s', (text, message) => {
    expect(messageOf(text)).toMatch(message);
  });

  it.each(['agentToken = s3cret!', 'agentToken = "s3cret', 'agentToken s3cret', 's3cret', 'a = s3cret [1]'])(
    'is not quoted, for it may hold a secret: %j',
    (text) => {
      expect(messageOf(text)).toMatch(/^test\.conf:1: /);
      expect(messageOf(text)).not.toContain('s3cret');
    },
  );
});
