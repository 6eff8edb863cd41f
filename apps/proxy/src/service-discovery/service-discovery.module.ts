import { type DynamicModule, Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { AuthModule } from '../auth/auth.module.js';
import { PathTableModule } from '../paths/path-table.module.js';
import { createServiceDiscoveryController } from './service-discovery.controller.js';
import { ServiceDiscovery } from './service-discovery.service.js';
import { discoveryPath } from './target-prefix.js';

/** Tells Prometheus what to scrape, when enabled. */
@Module({})
export class ServiceDiscoveryModule {
  static forRoot({ service: { discovery } }: ProxyOptions): DynamicModule {
    return {
      module: ServiceDiscoveryModule,
      imports: [AgentsModule, AuthModule, PathTableModule],
      controllers: discovery.enabled ? [createServiceDiscoveryController(discoveryPath(discovery.path))] : [],
      providers: [ServiceDiscovery],
    };
  }
}
