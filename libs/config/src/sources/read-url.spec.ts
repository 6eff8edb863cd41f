import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { toJson } from '../hocon/config-value.js';
import { readConfig } from './read-config.js';
import { readUrlDocument } from './read-url.js';

const servers: Server[] = [];

afterEach(() => servers.splice(0).forEach((server) => server.close().closeAllConnections()));

/** A server on a free port; answers where it is, without a slash at the end. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serveDocuments = (
  documents: Readonly<Record<string, readonly [text: string, type?: string]>>,
): Promise<string> =>
  serve((request, response) => {
    const [text, type] = documents[request.url ?? ''] ?? [];
    response.writeHead(text === undefined ? 404 : 200, type === undefined ? {} : { 'content-type': type });
    response.end(text);
  });

const readJson = async (url: string): Promise<string> => toJson(await readConfig(url, { env: {} }));

describe('a configuration read from a URL', () => {
  it.each([
    ['/x.conf', undefined, 'a = 1', '{"a":1}'],
    ['/x', 'text/plain', 'a = 1', '{"a":1}'],
    ['/x.json', undefined, '{"a":1}', '{"a":1}'],
    ['/x.jsn', 'text/plain', '{"a":1}', '{"a":1}'],
    ['/x.props', undefined, 'a=1', '{"a":"1"}'],
    ['/x.conf', 'text/x-java-properties', 'a=1', '{"a":"1"}'],
    ['/x.json', 'application/hocon; charset=utf-8', 'a = 1', '{"a":1}'],
  ])('has the syntax of its content type, else of its suffix: %s with %s', async (path, type, text, json) => {
    const base = await serveDocuments({ [path]: [text, type] });

    expect(await readJson(base.replace('http', 'HTTP') + path)).toBe(json);
  });

  it('is refused as JSON when it is served as JSON and is none', async () => {
    const base = await serveDocuments({ '/x.conf': ['a = 1', 'application/json'] });

    await expect(readJson(`${base}/x.conf`)).rejects.toThrow(/\/x\.conf:1: this is not valid JSON$/);
  });

  it('includes what stands beside it or at another URL, and no files', async () => {
    const base = await serveDocuments({
      '/d/x.conf': ['include "y", include "no.conf", b = 2'],
      '/d/y.conf': ['a = 1'],
      '/file.conf': ['\ninclude file("/etc/x.conf")'],
    });

    const other = await serveDocuments({ '/z': [`include url("${base}/d/x.conf")`] });

    expect(await readJson(`${other}/z`)).toBe('{"a":1,"b":2}');
    await expect(readJson(`${base}/file.conf`)).rejects.toThrow(
      /file\.conf:2: a configuration that came from a URL cannot include files/,
    );
  });

  it('says what went wrong, without credentials and query', async () => {
    const base = await serve((_, response) => response.writeHead(503).end('s3cret'));
    const address = `${base.replace('//', '//me:s3cret@')}/x.conf?key=s3cret`;

    await expect(readJson(address)).rejects.toThrow(
      `${base}/x.conf: cannot be read: the server answered 503`,
    );
  });

  it('says that there is nothing, or nobody', async () => {
    const base = await serveDocuments({});

    await expect(readJson(`${base}/x.conf`)).rejects.toThrow('there is nothing at its URL');
    await expect(readJson('http://127.0.0.1:1/x.conf')).rejects.toThrow(
      'http://127.0.0.1:1/x.conf: cannot be read: the connection failed',
    );
    await expect(readJson('http://[::1')).rejects.toThrow('its URL is not a valid one');
  });

  it('sends user and password of the URL as credentials', async () => {
    const base = await serve((request, response) => {
      response.end(`a = "${request.headers.authorization ?? ''}"`);
    });

    const json = await readJson(base.replace('//', '//me:p%40ss@'));

    expect(json).toBe(`{"a":"Basic ${Buffer.from('me:p@ss').toString('base64')}"}`);
  });

  it('is given up when it is too large', async () => {
    const base = await serve((_, response) => {
      const endless = (): void => {
        while (response.write('# xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n'.repeat(1000)));
        response.once('drain', endless);
      };
      endless();
    });

    await expect(readJson(`${base}/x.conf`)).rejects.toThrow(`${base}/x.conf: is larger than 1048576 bytes`);
  });

  it.each([
    ['before its head', () => undefined],
    ['within its body', (response: { write(text: string): unknown }) => void response.write('a = 1\n')],
  ])('is given up when it stops %s', async (_, begin) => {
    const base = await serve((_request, response) => begin(response));

    await expect(readUrlDocument(`${base}/x.conf`, 100)).rejects.toThrow(
      `${base}/x.conf: cannot be read: no answer within 100 ms`,
    );
  });
});
