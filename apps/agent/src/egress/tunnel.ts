import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { EgressProxy } from './egress-proxy.js';

/** Why there is no way through an HTTP proxy, in words that hold no credentials. */
export class TunnelError extends Error {}

/** A way through an HTTP proxy. */
export interface Tunnel {
  readonly proxy: EgressProxy;
  /** `host:port` to be connected to. */
  readonly authority: string;
}

export interface TunnelRequest extends Tunnel {
  /** How long the proxy may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Gives the attempt up. */
  readonly signal?: AbortSignal;
}

/** Connect to a proxy. Rejects with a TunnelError. */
export function reachProxy({ proxy, timeoutMs, signal }: Omit<TunnelRequest, 'authority'>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: proxy.host, port: proxy.port });
    const end = (words: string): void => {
      socket.destroy();
      settle();
      reject(new TunnelError(`the HTTP proxy ${proxy.shown} cannot be reached: ${words}`));
    };
    const settle = limit(timeoutMs, signal, () => end('connecting timed out'));
    socket.setNoDelay(true);
    socket.once('error', (error) => end(wordsOf(error)));
    socket.once('connect', () => {
      settle();
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/**
 * Have a proxy connect a socket on to `authority` (HTTP CONNECT). What comes back speaks with that; rejects with a
 * TunnelError, and the socket is gone then.
 */
export function openTunnel(socket: Socket, tunnel: TunnelRequest): Promise<Socket> {
  const { proxy, authority, timeoutMs, signal } = tunnel;
  const headers = {
    host: authority,
    ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
  };
  return new Promise((resolve, reject) => {
    const end = (words: string): void => {
      settle();
      asked.removeAllListeners('error').on('error', () => undefined);
      socket.destroy();
      reject(new TunnelError(`the HTTP proxy ${proxy.shown} ${words}`));
    };
    const settle = limit(timeoutMs, signal, () => end('did not answer in time'));
    const asked = request({ method: 'CONNECT', path: authority, headers, createConnection: () => socket });
    asked.once('error', (error) => end(`ended the connection (${wordsOf(error)})`));
    asked.once('connect', (answer: IncomingMessage, connected: Socket, first: Buffer) => {
      if (answer.statusCode !== 200) {
        end(refusal(answer.statusCode ?? 0, authority));
        return;
      }
      settle();
      if (first.length > 0) {
        connected.unshift(first);
      }
      resolve(connected);
    });
    asked.end();
  });
}

function refusal(statusCode: number, authority: string): string {
  return statusCode === 407 || statusCode === 401
    ? `asks for other credentials (${statusCode})`
    : `does not connect to ${authority} (${statusCode})`;
}

/** Calls `onEnd` when the time is up or the signal aborts, until the returned function is called. */
function limit(timeoutMs: number, signal: AbortSignal | undefined, onEnd: () => void): () => void {
  const timer = setTimeout(onEnd, timeoutMs);
  signal?.addEventListener('abort', onEnd, { once: true });
  if (signal?.aborted) {
    queueMicrotask(onEnd);
  }
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onEnd);
  };
}

const WORDS_OF_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name look-up failed',
  UND_ERR_CONNECT_TIMEOUT: 'connecting timed out',
};

/** Words for an error of a connection to a proxy. */
export function wordsOf(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return WORDS_OF_CODES[code] ?? (code === '' ? error.message : code);
}
