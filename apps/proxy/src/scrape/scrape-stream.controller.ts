import { Metadata, status, type ServerReadableStream, type ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall, RpcException } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import {
  batchOf,
  BODY_STREAM_HEADER,
  BODY_STREAM_MARK,
  SERVICE_NAME,
  type AgentInfoMessage,
  type ChunkedScrapeResponseMessage,
  type MessageBatch,
  type ScrapeRequestInit,
  type ScrapeResponseMessage,
} from '@app/protocol';
import { originOf, type CallOrigin } from '../agents/agent-call.js';
import { AgentRegistryService, type CallerOutcome } from '../agents/agent-registry.service.js';
import type { ReadStream, StreamSession } from '../agents/stream-session.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { DeltaScrapes } from '../delta/delta-scrapes.js';
import { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { BodyMemory } from './body-memory.js';
import { ChunkReceiver } from './chunk-receiver.js';
import { readMessages } from './message-reader.js';
import type { PendingScrape } from './pending-scrape.js';
import { PendingScrapes } from './pending-scrapes.js';
import type { ScrapeFailure, ScrapeSuccess } from './scrape-answer.js';
import { type AnswerLimits, toAnswer } from './scrape-response-message.js';

/** What scrapes are written to. */
type RequestCall = ServerWritableStream<
  AgentInfoMessage,
  ScrapeRequestInit | MessageBatch<ScrapeRequestInit>
>;
type Reply = (problem: { code: status; details: string } | null, answer?: object) => void;

const MEBIBYTE = 1024 * 1024;

/** The streams of a session: scrapes go out on one, answers come in on the others. */
@Controller()
export class ScrapeStreamController {
  private readonly limits: AnswerLimits;

  constructor(
    @Inject(PROXY_OPTIONS) { internal }: ProxyOptions,
    private readonly registry: AgentRegistryService,
    private readonly pendingScrapes: PendingScrapes,
    memory: BodyMemory,
    private readonly metrics: ProxyMetrics,
    private readonly deltas: DeltaScrapes,
  ) {
    const { reasons } = registry;
    this.limits = { memory, maxBytes: internal.maxZippedContentSizeMBytes * MEBIBYTE, reasons };
  }

  /** Lives as long as the session; scrapes are written to the call itself, which knows back-pressure. */
  @GrpcMethod(SERVICE_NAME, 'readRequestsFromProxy')
  readRequests(
    { agentId }: AgentInfoMessage,
    metadata: Metadata,
    call: RequestCall,
  ): Observable<ScrapeRequestInit> {
    const caller = this.registry.caller(agentId, originOf(metadata), 'readRequestsFromProxy');
    switch (caller.kind) {
      case 'unknown':
        throw new RpcException({
          code: status.NOT_FOUND,
          message: `No AgentContext found for agentId: ${agentId}`,
        });
      case 'mismatch':
        throw new RpcException({ code: status.PERMISSION_DENIED, message: caller.reason });
      case 'session':
        return this.serve(caller.session, call);
    }
  }

  @GrpcStreamCall(SERVICE_NAME, 'writeResponsesToProxy')
  writeResponses(call: ServerReadableStream<ScrapeResponseMessage, object>, reply: Reply): void {
    const origin = originOf(call.metadata);
    readMessages(call, {
      onMessage: (message) => this.onResponse(message, origin, reply),
      onHalfClose: () => reply(null, {}),
      onClosed: () => undefined,
    });
  }

  @GrpcStreamCall(SERVICE_NAME, 'writeChunkedResponsesToProxy')
  writeChunkedResponses(
    call: ServerReadableStream<ChunkedScrapeResponseMessage, object>,
    reply: Reply,
  ): void {
    const receiver = this.chunkReceiver(call.metadata);
    readMessages(call, {
      onMessage: (message) => receiver.receive(message),
      onHalfClose: () => reply(null, {}),
      onClosed: () => receiver.close(),
    });
  }

  private serve(session: StreamSession, call: RequestCall): Observable<ScrapeRequestInit> {
    return new Observable((subscriber) => {
      const stream: ReadStream = {
        write: (messages, onTaken) => {
          call.write(batchOf(messages), (error?: Error | null) => {
            if (error === undefined || error === null) onTaken();
          });
        },
        finish: () => subscriber.complete(),
      };
      session.heard();
      session.serve(stream);
      return () => {
        if (session.isServedBy(stream)) {
          const words = session.isDraining ? 'it shut down' : 'its read stream ended';
          this.registry.end(session, { cause: 'disconnected', words });
        }
      };
    });
  }

  private onResponse(message: ScrapeResponseMessage, origin: CallOrigin, reply: Reply): void {
    const caller = this.registry.caller(message.agentId, origin, 'writeResponsesToProxy');
    const session = caller.kind === 'session' ? caller.session : undefined;
    session?.heard();
    if (message.scrapeId === 0 && this.onHeartbeat(caller, reply)) {
      return;
    }
    const pending = session && this.pendingScrapes.find(message.scrapeId, session);
    if (pending === undefined) {
      this.metrics.transferProblem('unknown_scrape');
      return;
    }
    if (message.contentOneOf === 'deltaBody') {
      void this.onDelta(message, pending);
      return;
    }
    settle(pending, message, toAnswer(message, pending.session.agent.name, this.limits));
  }

  /**
   * No scrape has the id 0. A session that is not there cannot be answered: then the call ends, and its agent dials again.
   * False where it is no heartbeat.
   */
  private onHeartbeat(caller: CallerOutcome, reply: Reply): boolean {
    if (caller.kind !== 'session') {
      reply({ code: status.NOT_FOUND, details: caller.reason });
    } else if (!caller.session.answerHeartbeat()) {
      return false;
    }
    this.metrics.heartbeat();
    return true;
  }

  private async onDelta(message: ScrapeResponseMessage, pending: PendingScrape): Promise<void> {
    settle(pending, message, await this.deltas.decode(message, pending.ask.offer));
  }

  private chunkReceiver(metadata: Metadata): ChunkReceiver {
    const origin = originOf(metadata);
    const { memory, maxBytes, reasons } = this.limits;
    return new ChunkReceiver({
      pendingScrapes: this.pendingScrapes,
      memory,
      maxBodyBytes: maxBytes,
      reasons,
      isOwnCall: metadata.get(BODY_STREAM_HEADER)[0] === BODY_STREAM_MARK,
      largeBodyBound: this.registry.largeBodyBound,
      boundSession: this.registry.boundTo(origin.connectionId),
      sessionOf: (agentId) => {
        const caller = this.registry.caller(agentId, origin, 'writeChunkedResponsesToProxy');
        return caller.kind === 'session' ? caller.session : undefined;
      },
      onProblem: (problem) => this.metrics.transferProblem(problem),
    });
  }
}

function settle(
  pending: PendingScrape,
  message: ScrapeResponseMessage,
  answer: ScrapeSuccess | ScrapeFailure,
): void {
  if (!pending.settle({ ...answer, times: pending.stageTimes(message) }) && answer.kind === 'success') {
    answer.body.release();
  }
}
