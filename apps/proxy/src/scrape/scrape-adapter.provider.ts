import type { ServerOptions } from 'node:https';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProxyOptions } from '../config/proxy-options.js';
import { answerMalformedRequest } from './malformed-request.js';
import type { ScrapeFailure } from './scrape-answer.js';
import { failure } from './scrape-failure.js';
import { writeFailure } from './scrape-response.js';
import { hasBody } from './scrape-shortcut.js';

/** How often connections are looked through for requests that take too long, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

/** A connection over which nothing moves ends this long after the longest scrape would have, in milliseconds. */
const STUCK_GRACE_MS = 2_000;

/** Methods that are routed; whatever else comes is refused before anything is read. */
const METHODS = new Set(['GET', 'HEAD']);

/**
 * Fastify for the scrape port: requests are routed whole, their bodies are never read, and every refusal carries its
 * reason.
 *
 * @param tls - undefined means plain text
 * @param onRefused - told of each request that reached no route
 */
export function createScrapeAdapter(
  { http, limits, internal }: ProxyOptions,
  tls: ServerOptions | undefined,
  onRefused: (refusal: ScrapeFailure) => void,
): FastifyAdapter {
  const refuse = (request: FastifyRequest, reply: FastifyReply, refusal: ScrapeFailure): void => {
    reply.hijack();
    reply.raw.setHeader('Connection', 'close');
    writeFailure({ response: reply.raw, isHead: request.method === 'HEAD' }, refusal);
    onRefused(refusal);
  };
  const server = {
    maxHeaderSize: limits.maxRequestHeadBytes,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  };
  const common = {
    keepAliveTimeout: http.idleTimeoutSecs * 1000,
    requestTimeout: http.requestTimeoutSecs * 1000,
    connectionTimeout: internal.scrapeRequestTimeoutSecs * 1000 + STUCK_GRACE_MS,
    exposeHeadRoutes: false,
    clientErrorHandler: answerMalformedRequest,
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      refuse(request, reply, failure('bad_request', 'the path has a broken percent-encoding')),
  };
  const adapter = new FastifyAdapter(
    tls === undefined ? { ...common, http: server } : { ...common, https: { ...server, ...tls } },
  );
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    // A body is never read, so what follows it on the connection would never be found.
    if (hasBody(request.headers)) reply.raw.setHeader('Connection', 'close');
    if (METHODS.has(request.method)) {
      done();
    } else {
      const words = `${request.method} is not allowed here, only GET and HEAD are`;
      refuse(request, reply, failure('method_not_allowed', words));
    }
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  return adapter;
}
