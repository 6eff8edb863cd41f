import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { onTestFinished } from 'vitest';
import { createLogger } from '../logger.js';
import { frameworkLogger } from '../logger.module.js';
import type { AdminOptions, MetricsOptions } from '../operations-options.js';
import { OperationsServers } from '../operations-servers.lifecycle.js';
import { OperationsModule } from '../operations.module.js';

export const admin: AdminOptions = {
  enabled: true,
  port: 0,
  bindAddress: '127.0.0.1',
  pingPath: 'ping',
  versionPath: '/version',
  healthCheckPath: 'healthcheck',
  threadDumpPath: 'threaddump',
  debugEnabled: false,
};
export const metrics: MetricsOptions = {
  enabled: true,
  port: 0,
  bindAddress: '127.0.0.1',
  path: 'metrics',
  legacyNames: false,
};
const silent = createLogger({ program: 'test', level: 'off', format: 'json' });

/**
 * A program with these pages on free ports of 127.0.0.1 and the others off; it is closed when the test ends.
 */
export async function start(pages: { admin?: AdminOptions; metrics?: MetricsOptions }): Promise<{
  app: INestApplicationContext;
  url: (path: string) => string;
  metricsUrl: (path: string) => string;
}> {
  const options = {
    program: 'test',
    prefix: 'app',
    admin: pages.admin ?? { ...admin, enabled: false },
    metrics: pages.metrics ?? { ...metrics, enabled: false },
  };
  @Module({ imports: [OperationsModule.forRoot(options)] })
  class Program {}
  const app = await NestFactory.createApplicationContext(Program, {
    logger: frameworkLogger(silent),
    abortOnError: false,
  });
  onTestFinished(() => app.close());
  const servers = app.get(OperationsServers);
  return {
    app,
    url: (path) => `http://127.0.0.1:${servers.adminPort}${path}`,
    metricsUrl: (path) => `http://127.0.0.1:${servers.metricsPort}${path}`,
  };
}
