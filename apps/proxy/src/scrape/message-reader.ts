import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServerReadableStream } from '@grpc/grpc-js';

/** What to do with a client stream. */
export interface MessageHandlers<Message> {
  /** One message; while a promise that it returned is pending, nothing more is read from the call. */
  onMessage(message: Message): void | Promise<void>;
  /** The peer has half-closed: it waits for the answer. */
  onHalfClose(): void;
  /** The call is over, in whatever way; called once, after any `onHalfClose`. */
  onClosed(): void;
}

/**
 * Messages of one call that are handled before everybody else gets a turn: the answers of a burst arrive together, and the
 * next requests, and the agent that waits for them, would wait for the last of them.
 */
const MESSAGES_A_TURN = 16;

/** Read a client stream to its end, with back-pressure. */
export function readMessages<Message>(
  call: ServerReadableStream<Message, unknown>,
  handlers: MessageHandlers<Message>,
): void {
  let isClosed = false;
  let messageCount = 0;
  const close = (): void => {
    if (!isClosed) {
      isClosed = true;
      handlers.onClosed();
    }
  };

  call.on('data', (message: Message) => {
    messageCount += 1;
    const isTurnOver = messageCount % MESSAGES_A_TURN === 0;
    const ready = handlers.onMessage(message) ?? (isTurnOver ? nextTurn() : undefined);
    if (ready !== undefined) {
      call.pause();
      void ready.finally(() => call.resume());
    }
  });
  call.on('end', () => {
    handlers.onHalfClose();
    close();
  });
  call.on('error', close);
  call.on('cancelled', close);
  call.on('close', close);
}
