import { Module } from '@nestjs/common';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { InstanceLabels } from '../service-discovery/instance-labels.js';
import { DepartedPaths } from './departed-paths.js';
import { PathTable } from './path-table.js';

/** What is served, and what was served until lately. */
@Module({
  providers: [
    {
      provide: PathTable,
      inject: [PROXY_OPTIONS],
      useFactory: ({ limits }: ProxyOptions) => new PathTable(limits),
    },
    { provide: InstanceLabels, useFactory: () => new InstanceLabels() },
    {
      provide: DepartedPaths,
      inject: [PROXY_OPTIONS],
      useFactory: ({ service, limits }: ProxyOptions) =>
        new DepartedPaths(service.discovery.holdDownSecs * 1000, limits.maxPaths, () => performance.now()),
    },
  ],
  exports: [PathTable, DepartedPaths, InstanceLabels],
})
export class PathTableModule {}
