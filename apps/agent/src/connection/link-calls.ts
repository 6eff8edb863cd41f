import diagnosticsChannel from 'node:diagnostics_channel';
import type { ClientHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { PartialMessages } from '@app/operations';

const STREAM_CREATED = 'http2.client.stream.created';

/**
 * The calls on the connections of one agent to its proxies. What arrives on them of messages that are not complete is
 * counted, and bounded over all of them: a proxy that lets one drip, byte by byte, would have the agent keep each.
 *
 * gRPC tells of messages, and Node's diagnostics channel of the streams of the whole process: ours are those of the sockets
 * that were added.
 */
export class LinkCalls {
  readonly partialMessages: PartialMessages;
  readonly #connections = new Set<string>();

  /** @param maxPartialBytes - of messages that are not complete, over all connections */
  constructor(maxPartialBytes: number) {
    this.partialMessages = new PartialMessages(maxPartialBytes);
  }

  /** Count on this connection, which is open, until it is closed. */
  add(socket: Socket): void {
    const connection = nameOf(socket);
    if (this.#connections.size === 0) {
      diagnosticsChannel.subscribe(STREAM_CREATED, this.#onStream);
    }
    this.#connections.add(connection);
    socket.once('close', () => {
      this.#connections.delete(connection);
      if (this.#connections.size === 0) {
        diagnosticsChannel.unsubscribe(STREAM_CREATED, this.#onStream);
      }
    });
  }

  readonly #onStream = (message: unknown): void => {
    const { stream } = message as { readonly stream: ClientHttp2Stream };
    const { session } = stream;
    if (session?.destroyed === false && this.#connections.has(nameOf(session.socket))) {
      this.partialMessages.follow(stream);
    }
  };
}

/** No two open connections of a host have the same two ends. */
function nameOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress}:${localPort} ${remoteAddress}:${remotePort}`;
}
