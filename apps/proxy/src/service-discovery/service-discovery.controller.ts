import { Controller, Get, Head, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isRefusal, ScrapeGuard } from '../auth/scrape-guard.service.js';
import { failure } from '../scrape/scrape-failure.js';
import { writeFailure } from '../scrape/scrape-response.js';
import { ServiceDiscovery } from './service-discovery.service.js';

/** Serves the discovery document on the scrape port, at a configured path (without leading slash). */
export function createServiceDiscoveryController(path: string): Type {
  @Controller()
  class ServiceDiscoveryController {
    constructor(
      private readonly discovery: ServiceDiscovery,
      private readonly guard: ScrapeGuard,
    ) {}

    @Head(path)
    head(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
      return this.discover(request, reply);
    }

    @Get(path)
    async discover(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
      const rights = await this.guard.admit(request.raw);
      if (isRefusal(rights) || !this.discovery.isKnown) {
        reply.hijack();
        const isHead = request.method === 'HEAD';
        writeFailure({ response: reply.raw, isHead }, isRefusal(rights) ? rights : notKnownYet());
        return;
      }
      const query = new URLSearchParams(request.url.split('?')[1] ?? '');
      const { text, etag } = this.discovery.document(query, rights);
      void reply.header('ETag', etag).header('Cache-Control', 'must-revalidate,no-store');
      const isSame = request.headers['if-none-match'] === etag;
      await (isSame ? reply.status(304).send() : reply.type('application/json; charset=utf-8').send(text));
    }
  }
  return ServiceDiscoveryController;
}

const notKnownYet = () =>
  failure(
    'proxy_stopping',
    'the proxy does not know its paths yet: no agent has connected, or it has just started',
  );
