import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const repository = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/embedding.md', repository), 'utf8');
const shown = [...page.matchAll(/<!-- (examples\/\S+) -->\s+```ts\n([^]*?)```/g)];

describe('the page on embedding', () => {
  it.each(shown.map(([, file = '', code = '']) => ({ file, code })))(
    'shows $file as it is',
    ({ file, code }) => {
      expect(code).toBe(readFileSync(new URL(file, repository), 'utf8'));
    },
  );

  it('shows every example', () => {
    expect(shown).toHaveLength(3);
  });
});
