import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { scrape } from '../../../../test/support/scrape.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { addShortcut } from './scrape-shortcut.js';

describe('the shortcut of scrapes', () => {
  const stage = stagePerTest();

  let crashes: unknown[];

  const serve = async (scraped: () => Promise<void> = () => Promise.resolve()): Promise<string> => {
    crashes = [];
    const server = createServer((_request, response) => void response.end('routed'));
    addShortcut(server, {
      isServed: (path) => path === 'app' || path === 'a/b',
      scrape: (_request, response) => scraped().then(() => void response.end('short')),
      onCrash: (error) => crashes.push(error),
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stage.atEnd(() => void server.close());
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  };

  it.each([
    ['a path that is served', '/app', {}],
    ['one of several segments', '/a/b', {}],
    ['one with an empty body', '/app', { headers: { 'Content-Length': '0' } }],
  ])('is taken by %s', async (_name, path, options) => {
    const url = await serve();

    expect((await scrape(`${url}${path}`, options)).body.toString()).toBe('short');
  });

  it.each([
    ['a path that nobody serves', '/nobody', {}],
    ['a query', '/app?a=b', {}],
    ['an encoded path', '/%61pp', {}],
    ['a POST', '/app', { method: 'POST' }],
    ['a HEAD', '/app', { method: 'HEAD' }],
    ['a GET with a body', '/app', { headers: { 'Transfer-Encoding': 'chunked' } }],
  ])('is not for %s', async (_name, path, options) => {
    const url = await serve();

    const { status, body } = await scrape(`${url}${path}`, options);

    expect([status, body.toString()]).toEqual([
      200,
      'method' in options && options.method === 'HEAD' ? '' : 'routed',
    ]);
  });

  it('hangs up on a scrape that crashes, and says so', async () => {
    const bug = new Error('bug');
    const url = await serve(() => Promise.reject(bug));

    await expect(scrape(`${url}/app`)).rejects.toThrow('socket hang up');
    expect(crashes).toEqual([bug]);
  });
});
