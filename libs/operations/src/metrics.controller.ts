import { Controller, Get, HttpCode, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { renderMetrics } from './exposition.js';
import { metricsFormat } from './metrics-format.js';
import type { MetricsOptions } from './operations-options.js';
import { METRICS_REGISTRY } from './tokens.js';

/**
 * Serves this program's own metrics, by GET and by POST; `name[]=` chooses some of them. With old names among them it is
 * the text format always: OpenMetrics knows a counter with and without `_total` as one metric.
 */
export function createMetricsController(
  { path, legacyNames }: Pick<MetricsOptions, 'path' | 'legacyNames'>,
  legacyCounters: readonly string[],
): Type {
  @Controller()
  class MetricsController {
    constructor(@Inject(METRICS_REGISTRY) private readonly registry: Registry) {}

    @Get(path.trim())
    async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
      await this.send(request, reply);
    }

    @Post(path.trim())
    @HttpCode(200)
    async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
      await this.send(request, reply);
    }

    private async send(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const format = metricsFormat(legacyNames ? undefined : request.headers.accept);
      const names = new Set([...namesIn(request.query), ...namesIn(request.body)]);
      const legacy = legacyNames ? legacyCounters : [];
      await reply.type(format).send(await renderMetrics(this.registry, format, names, legacy));
    }
  }
  return MetricsController;
}

function namesIn(form: unknown): string[] {
  const value =
    typeof form === 'object' && form !== null ? (form as Record<string, unknown>)['name[]'] : undefined;
  return [value].flat().filter((name) => typeof name === 'string');
}
