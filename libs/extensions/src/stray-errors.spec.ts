import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownerOf } from './stray-errors.js';

const own = resolve(import.meta.dirname, 'extensions.service.js');

describe('whose an error is', () => {
  it.each([
    [
      'in the module itself',
      ['at tick (file:///srv/mine/audit.js:3:9)', 'at listOnTimeout (node:internal/timers:1:1)'],
      './audit.js',
    ],
    [
      'in a package the module uses',
      ['at get (/srv/mine/node_modules/x/index.js:1:1)', 'at file:///srv/mine/audit.js:3:9'],
      './audit.js',
    ],
    ['in this package', [`at find (${own}:1:1)`, 'at file:///srv/mine/audit.js:3:9'], undefined],
    ['somewhere else', ['at run (/srv/other/main.js:1:1)', 'at file:///srv/mine/audit.js:3:9'], undefined],
    ['where no file is known', ['at node:internal/timers:1:1'], undefined],
  ])('%s', (_where, frames, owner) => {
    const stack = ['Error: words', ...frames.map((frame) => `    ${frame}`)].join('\n');

    const found = ownerOf(stack, ['/srv/mine/audit.js']);

    expect(found === undefined ? undefined : './audit.js').toBe(owner);
  });
});
