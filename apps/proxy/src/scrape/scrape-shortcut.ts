import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';

/** Where requests may go without being routed. */
export interface Shortcut {
  /** Whether scrapes are taken as usual, and this path, without its slash and not percent-encoded, is one of an agent. */
  readonly isServed: (path: string) => boolean;
  readonly scrape: (request: IncomingMessage, response: ServerResponse, path: string) => void | Promise<void>;
  /** Told of a scrape that failed in a way nobody foresaw; its connection is closed. */
  readonly onCrash: (error: unknown) => void;
}

/**
 * Take scrapes of served paths out of the way through the web framework, which costs as much as a tenth of them. No path of
 * an agent is a route of ours. Whatever is not a plain `GET /<path>` of such a path goes the whole way, where everything has
 * its answer: other methods, bodies, queries, encoded paths, unknown ones.
 *
 * @param server - with the framework's listener for requests, and no other
 */
export function addShortcut(server: Server, { isServed, scrape, onCrash }: Shortcut): void {
  const [route] = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const path = request.url?.slice(1) ?? '';
    if (isPlain(request) && isServed(path)) {
      scrape(request, response, path)?.catch((error: unknown) => {
        onCrash(error);
        response.destroy();
      });
    } else {
      route?.(request, response);
    }
  });
}

function isPlain({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && !hasBody(headers) && headers.expect === undefined;
}

/** Whether a body follows the head of a request (RFC 9112, section 6.3). */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
