import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExamples } from '../../../../test/support/fuzz-examples.js';
import { appendQuery, parseTargetAddress } from './target-address.js';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.webQueryParameters());
const configured = fc.oneof(
  fc.webUrl({ withQueryParameters: true }),
  fc.constantFrom('http://u:p@host:1/m?a=1', 'http://host', 'https://[::1]:9/a b?c#d', 'http://host/m?'),
);

describe('whatever query a scrape has', () => {
  it('it is appended verbatim, or refused: it changes neither host nor path', () => {
    fc.assert(
      fc.property(configured, anyText, (url, query) => {
        const outcome = parseTargetAddress(url);
        fc.pre(outcome.kind === 'ok');
        const { origin, pathAndQuery } = outcome.address;

        const joined = appendQuery(pathAndQuery, query);

        if (joined === undefined) return;
        expect(joined.startsWith(pathAndQuery)).toBe(true);
        expect(query.trim() === '' || joined.endsWith(query)).toBe(true);
        expect(/^[!-~]*$/.test(joined)).toBe(true);
        const asked = new URL(`${origin}${joined}`);
        expect([asked.origin, asked.pathname]).toEqual([
          origin,
          new URL(`${origin}${pathAndQuery}`).pathname,
        ]);
      }),
      { numRuns: 1_000, examples: readExamples<[string, string]>('query') },
    );
  });
});

describe('whatever URL a target has', () => {
  it('is an address, or the reason says why not and holds no password', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, configured), fc.base64String({ minLength: 12 }), (text, password) => {
        const outcome = parseTargetAddress(text.replace('://', `://u:${encodeURIComponent(password)}@`));

        const shown = outcome.kind === 'ok' ? outcome.address.origin : outcome.reason;
        expect(shown).not.toContain(encodeURIComponent(password));
      }),
      { numRuns: 1_000 },
    );
  });
});
