import type { ServerReadableStream, ServerWritableStream } from '@grpc/grpc-js';
import type { ScrapeRequestInit } from '@app/protocol';

/** One agent's session as the scripted proxy sees it. */
export class ScriptedSession {
  readonly agentId: string;
  requests: ServerWritableStream<unknown, ScrapeRequestInit> | undefined;
  readonly writeStreams = new Set<ServerReadableStream<unknown, unknown>>();
  /** Write streams that were cancelled rather than half-closed. */
  cancelledCount = 0;

  constructor(agentId: string) {
    this.agentId = agentId;
  }
}
