import type { OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Controller, Get, Inject, Param, Query, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from '../scrape/scrape-response.js';
import { loadAssets } from './assets.js';
import { relativeBase } from './base-path.js';
import { LiveFeed } from './live-feed.js';
import { pageHtml } from './page.js';
import { reasonsHtml } from './reasons-page.js';
import { Snapshots } from './snapshots.js';

const HTML = 'text/html; charset=utf-8';

/** A page may be as old as this, in milliseconds: who loads it over and over costs little. */
const MAX_PAGE_AGE_MS = 250;

/** After how many seconds who was refused may try again. */
const RETRY_SECS = 10;

interface PageQuery {
  readonly q?: unknown;
  readonly refresh?: unknown;
  readonly since?: unknown;
}

const toGzip = promisify(gzip);

/**
 * Serves the dashboard.
 *
 * @param base - path of the page, without slashes around it; empty for the root
 */
export function createDashboardController(base: string): Type {
  const links = relativeBase(base);
  const below = (path: string): string => (base === '' ? path : `${base}/${path}`);
  const assets = loadAssets();

  @Controller()
  class DashboardController {
    constructor(
      @Inject(Snapshots) private readonly snapshots: Snapshots,
      @Inject(LiveFeed) private readonly feed: LiveFeed,
    ) {}

    @(base === '' ? nowhere : Get('/'))
    root(@Res() reply: FastifyReply): void {
      void reply.redirect(`/${base}`, 302);
    }

    @Get(base)
    async page(
      @Query() { q, refresh }: PageQuery,
      @Req() request: FastifyRequest,
      @Res() reply: FastifyReply,
    ): Promise<void> {
      const page = { filter: textOf(q), reloads: refresh !== 'off' };
      await sendHtml(request, reply, pageHtml(this.snapshots.take(MAX_PAGE_AGE_MS), page, links));
    }

    /** Pages of prometheus-proxy that are parts of one page here. */
    @Get([below('paths'), below('agents/:id')])
    part(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
      const part = request.url.includes('/agents/') ? 'agents' : 'paths';
      void reply.redirect(`/${base}#${part}`, 302);
    }

    @Get(below('reasons'))
    async reasons(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
      await sendHtml(request, reply, reasonsHtml(base === '' ? './' : `../${links.slice(0, -1)}`));
    }

    @Get(below('assets/:name'))
    async asset(@Param('name') name: string, @Res() reply: FastifyReply): Promise<void> {
      const asset = assets.get(name);
      if (asset === undefined) {
        await reply.status(404).type('text/plain; charset=utf-8').send('no such file\n');
        return;
      }
      await reply.type(asset.type).header('Cache-Control', 'no-cache').send(asset.bytes);
    }

    /** What changes, from the snapshot on that a page shows. */
    @Get(below('events'))
    async events(
      @Query() { q, since }: PageQuery,
      @Req() { method, headers }: FastifyRequest,
      @Res() reply: FastifyReply,
    ): Promise<void> {
      if (this.feed.isFull || method === 'HEAD') {
        await reply.status(503).header('Retry-After', RETRY_SECS).send();
        return;
      }
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        'Content-Type': 'text/event-stream; charset=utf-8',
        'X-Accel-Buffering': 'no',
      });
      reply.raw.flushHeaders();
      const version = textOf(headers['last-event-id'] ?? since);
      this.feed.add(reply.raw, { filter: textOf(q), version });
    }
  }
  return DashboardController;
}

/** No route. */
const nowhere: MethodDecorator = () => undefined;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

async function sendHtml({ headers }: FastifyRequest, reply: FastifyReply, page: string): Promise<void> {
  reply.type(HTML).header('Vary', 'Accept-Encoding');
  if (acceptsGzip(headers['accept-encoding'])) {
    await reply.header('Content-Encoding', 'gzip').send(await toGzip(page, { level: 1 }));
    return;
  }
  await reply.send(page);
}
