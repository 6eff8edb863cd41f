import { expect, test, vi } from 'vitest';
import { BodyPipe } from './body-pipe.js';

function setUp() {
  const source = { pause: vi.fn(), resume: vi.fn(), taken: vi.fn(), cancel: vi.fn() };
  return { source, pipe: new BodyPipe(source) };
}

async function readAll(pipe: BodyPipe): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of pipe) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

test('pieces come out in order, before and after the reader waits for them', async () => {
  const { pipe } = setUp();
  pipe.push(Buffer.from('a'));

  const read = readAll(pipe);
  await Promise.resolve();
  pipe.push(Buffer.from('b'));
  pipe.end();

  expect(await read).toBe('ab');
});

test('the source is paused while too much is held, and resumed when half of it is taken', async () => {
  const { pipe, source } = setUp();
  const pieces = pipe[Symbol.asyncIterator]();

  pipe.push(Buffer.alloc(256 * 1024));
  const atLimit = source.pause.mock.calls.length;
  pipe.push(Buffer.alloc(1));
  pipe.push(Buffer.alloc(1));
  const overLimit = source.pause.mock.calls.length;
  const before = source.resume.mock.calls.length;
  await pieces.next();

  expect([atLimit, overLimit, before, source.resume.mock.calls.length]).toEqual([0, 1, 0, 1]);
  expect(source.taken).toHaveBeenCalledWith(256 * 1024);
});

test('a body that breaks off throws at its reader, also when pieces are left', async () => {
  const { pipe } = setUp();
  pipe.push(Buffer.from('a'));

  pipe.breakOff('target_unreachable', 'gone');

  await expect(readAll(pipe)).rejects.toMatchObject({ name: 'BodyBrokenError', message: 'gone' });
});

test('a reader that leaves early cancels the source', async () => {
  const { pipe, source } = setUp();
  pipe.push(Buffer.from('a'));

  for await (const piece of pipe) {
    expect(piece.toString()).toBe('a');
    break;
  }

  expect(source.cancel).toHaveBeenCalled();
});

test('a body that breaks off lets go of the pieces it holds, and of those that still come', async () => {
  const { pipe, source } = setUp();
  pipe.push(Buffer.alloc(7));

  pipe.breakOff('target_unreachable', 'gone');
  pipe.push(Buffer.alloc(5));

  expect(source.taken.mock.calls).toEqual([[7], [5]]);
  await expect(readAll(pipe)).rejects.toThrow('gone');
});
