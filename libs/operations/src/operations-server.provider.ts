import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { listen, type ListenRequest } from './listen.js';
import { OperationsServerModule, type ServerContent } from './operations-server.module.js';

const MAX_BODY_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** A server that listens. */
export interface OperationsServer {
  readonly port: number;
  /** Stop listening and hang up on whoever is still connected. */
  close(): Promise<void>;
}

/** Answers of the pages for operators are not to be kept. */
const UNCACHED = { 'Cache-Control': 'must-revalidate,no-cache,no-store' };

/**
 * Start one server for operators.
 *
 * @throws {ListenError} when it cannot listen where it is told to
 */
export function startOperationsServer(content: ServerContent, at: ListenRequest): Promise<OperationsServer> {
  return startServer(OperationsServerModule.forContent(content), at, UNCACHED);
}

/**
 * Start a small application on a port of its own.
 *
 * @param headers - what every answer carries, unless its route says otherwise
 * @throws {ListenError} when it cannot listen where it is told to
 */
export async function startServer(
  module: DynamicModule,
  at: ListenRequest,
  headers: Readonly<Record<string, string>>,
): Promise<OperationsServer> {
  const adapter = new FastifyAdapter({
    forceCloseConnections: true,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { abortOnError: false });
  try {
    adapter.getInstance().addHook('onRequest', (_request, reply, done) => {
      reply.headers(headers);
      done();
    });
    await app.init();
    const port = await listen(adapter.getInstance(), at);
    return { port, close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}
