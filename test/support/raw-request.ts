import { connect } from 'node:net';

/** Status line and all that followed, as text. */
export interface RawAnswer {
  readonly status: number;
  readonly statusMessage: string;
  readonly text: string;
}

/**
 * Send a request exactly as written, which HTTP clients would not let out, and read until the server closes.
 * Characters up to \xff go out as one byte each.
 */
export function rawRequest(port: number, requestTarget: string, withinMs = 5_000): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setTimeout(withinMs, () => socket.destroy(new Error(`no answer to ${requestTarget}`)));
    socket.setEncoding('latin1');
    socket.on('data', (piece: string) => (text += piece));
    socket.once('error', reject);
    socket.once('end', () => {
      const [, status, statusMessage] = /^HTTP\/1\.1 (\d{3}) ?([^\r]*)\r\n/.exec(text) ?? [];
      resolve({ status: Number(status), statusMessage: statusMessage ?? '', text });
    });
    socket.write(`GET ${requestTarget} HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\n\r\n`, 'latin1');
  });
}
