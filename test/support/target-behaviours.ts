import type { ServerResponse } from 'node:http';
import type { Behaviour } from './http-target.js';

export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

export interface AnswerOptions {
  readonly status?: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** These bytes, never encoded. */
export function answers(body: string | Buffer, options: AnswerOptions = {}): Behaviour {
  return (_request, response) => send(response, Buffer.from(body), options);
}

/** These bytes, after a while. */
export function answersAfter(delayMs: number, body: string | Buffer): Behaviour {
  return (_request, response) => {
    const timer = setTimeout(() => send(response, Buffer.from(body)), delayMs);
    response.once('close', () => clearTimeout(timer));
  };
}

/** The gzip bytes to who accepts gzip, the plain ones to others. */
export function answersWithOwnGzip(plain: Buffer, gzipped: Buffer, contentType = TEXT_FORMAT): Behaviour {
  return (request, response) => {
    const isAccepted = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (isAccepted) send(response, gzipped, { contentType, headers: { 'Content-Encoding': 'gzip' } });
    else send(response, plain, { contentType });
  };
}

/** Takes the request and says nothing. */
export function hangs(): Behaviour {
  return () => {};
}

/** Sends the headers and nothing after them. */
export function hangsAfterHeaders(): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': TEXT_FORMAT, 'Content-Length': 1_000 });
    response.flushHeaders();
  };
}

/** Announces the whole body, sends half of it and resets the connection. */
export function diesHalfWay(body: Buffer): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': TEXT_FORMAT, 'Content-Length': body.length });
    response.write(body.subarray(0, body.length / 2), () => response.socket?.resetAndDestroy());
  };
}

/** Announces more bytes than it sends, and ends the connection in an orderly way. */
export function liesAboutLength(body: Buffer, announcedBytes: number): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': TEXT_FORMAT, 'Content-Length': announcedBytes });
    response.write(body, () => response.socket?.end());
  };
}

/** Sends lines for as long as somebody reads them. */
export function neverEnds(): Behaviour {
  const piece = Buffer.from('endless_series 1\n'.repeat(1_000));
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': TEXT_FORMAT });
    const fill = (): void => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', fill);
    fill();
  };
}

/** Sends the client elsewhere. */
export function redirects(location: string): Behaviour {
  return (_request, response) => response.writeHead(302, { Location: location }).end('moved\n');
}

function send(response: ServerResponse, body: Buffer, options: AnswerOptions = {}): void {
  const { status = 200, contentType = TEXT_FORMAT, headers = {} } = options;
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length, ...headers });
  response.end(body);
}
