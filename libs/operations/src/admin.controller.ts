import { Controller, Get, Query, Res, type Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DebugSections } from './debug-sections.js';
import { HealthChecks } from './health-checks.js';
import { healthReport, type HealthReportQuery } from './health-report.js';
import type { AdminOptions } from './operations-options.js';
import { versionInfo } from './package-version.js';
import { processReport } from './process-report.js';

const TEXT = 'text/plain; charset=utf-8';

type AdminPaths = Pick<
  AdminOptions,
  'pingPath' | 'versionPath' | 'healthCheckPath' | 'threadDumpPath' | 'debugEnabled'
>;

/** Serves the pages that probes of prometheus-proxy know, at configured paths. */
export function createAdminController(paths: AdminPaths): Type {
  @Controller()
  class AdminController {
    constructor(
      private readonly checks: HealthChecks,
      private readonly debugSections: DebugSections,
    ) {}

    @page(paths.pingPath)
    async ping(@Res() reply: FastifyReply): Promise<void> {
      await reply.type(TEXT).send('pong\n');
    }

    @page(paths.versionPath)
    async version(@Res() reply: FastifyReply): Promise<void> {
      await reply.type(TEXT).send(`${JSON.stringify(versionInfo())}\n`);
    }

    @page(paths.healthCheckPath)
    async healthCheck(@Query() query: HealthReportQuery, @Res() reply: FastifyReply): Promise<void> {
      const { status, body } = healthReport(this.checks.run('healthcheck'), query);
      await reply.status(status).type('application/json').send(body);
    }

    @page(paths.threadDumpPath)
    async threadDump(@Res() reply: FastifyReply): Promise<void> {
      await reply.type(TEXT).send(`${(await processReport()).join('\n')}\n`);
    }

    @page(paths.debugEnabled ? 'debug' : '')
    async debug(@Res() reply: FastifyReply): Promise<void> {
      await reply.type(TEXT).send(this.debugSections.text());
    }
  }
  return AdminController;
}

/** A route, or none where the path is blank. */
function page(path: string): MethodDecorator {
  return path.trim() === '' ? () => undefined : Get(path.trim());
}
