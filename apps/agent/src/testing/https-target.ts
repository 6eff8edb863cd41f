import { readFile } from 'node:fs/promises';
import { createServer, type ServerOptions } from 'node:https';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KeyPairFiles } from '../../../../test/support/certificates.js';
import type { Stage } from '../../../../test/support/stage.js';

/** A target behind TLS. */
export interface HttpsTarget {
  readonly port: number;
  readonly requests: IncomingMessage[];
  url(host?: string): string;
}

/** Listen on a free port until the stage is cleared. */
export async function startHttpsTarget(
  stage: Stage,
  files: KeyPairFiles,
  options: ServerOptions & { handler?: RequestListener } = {},
): Promise<HttpsTarget> {
  const { handler = (_request, response) => response.end('up 1\n'), ...tls } = options;
  const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
  const requests: IncomingMessage[] = [];
  const server = createServer({ cert, key, ...tls }, (request, response) => {
    requests.push(request);
    handler(request, response);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.atEnd(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  return { port, requests, url: (host = 'localhost') => `https://${host}:${port}/metrics` };
}
