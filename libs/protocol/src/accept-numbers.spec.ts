import { describe, expect, it } from 'vitest';
import { AcceptNumbers, KnownAccepts } from './accept-numbers.js';

describe('the numbers of accepts on a stream', () => {
  it('are sent with the value once, and alone from then on', () => {
    const numbers = new AcceptNumbers();

    const sent = ['text/plain', '*/*', 'text/plain', ''].map((accept) => numbers.shorten(accept));

    expect(sent).toEqual([
      { accept: 'text/plain', acceptNumber: 1 },
      { accept: '*/*', acceptNumber: 2 },
      { accept: '', acceptNumber: 1 },
      { accept: '', acceptNumber: 0 },
    ]);
  });

  it('mean the same at the other end, whatever is sent', () => {
    const numbers = new AcceptNumbers();
    const known = new KnownAccepts();
    const accepts = Array.from({ length: 200 }, (_, at) => (at % 7 === 0 ? '' : `text/plain;q=0.${at % 23}`));

    expect(accepts.map((accept) => known.resolve(numbers.shorten(accept)))).toEqual(accepts);
  });

  it('are sixteen at most', () => {
    const numbers = new AcceptNumbers();
    const sent = Array.from({ length: 40 }, (_, at) => numbers.shorten(`value ${at}`).acceptNumber);

    expect([Math.max(...sent), sent.filter((number) => number === 0).length]).toEqual([16, 24]);
  });

  it.each([
    ['was never defined', { accept: '', acceptNumber: 3 }],
    ['nobody may use', { accept: 'text/plain', acceptNumber: 17 }],
  ])('mean nothing where one %s', (_what, fields) => {
    expect(new KnownAccepts().resolve(fields)).toBeUndefined();
  });
});
