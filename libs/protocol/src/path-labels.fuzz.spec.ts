import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExamples } from '../../../test/support/fuzz-examples.js';
import { parsePathLabels } from './path-labels.js';

const MAX_BYTES = 500;
const labelText = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc
    .dictionary(fc.oneof(fc.string(), fc.constantFrom('__name__', 'job', '__param_x', 'a-b')), fc.jsonValue())
    .map((labels) => JSON.stringify(labels)),
);

describe('whatever labels an agent sends', () => {
  it('those that are served are such as Prometheus takes, and each other one is named', () => {
    fc.assert(
      fc.property(labelText, (text) => {
        const { labels, warnings } = parsePathLabels(text, MAX_BYTES);

        for (const [name, value] of Object.entries(labels)) {
          expect(name).toMatch(/^(?!__)[a-zA-Z_]\w*$|^__param_\w+$|^__scrape_(interval|timeout)__$/);
          expect(typeof value).toBe('string');
        }
        expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
        expect(warnings.every((warning) => warning.length < 800)).toBe(true);
        if (Buffer.byteLength(text) > MAX_BYTES) expect(labels).toEqual({});
      }),
      { numRuns: 1_000, examples: readExamples<[string]>('labels') },
    );
  });
});
