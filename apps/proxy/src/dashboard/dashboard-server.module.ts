import { type DynamicModule, Module } from '@nestjs/common';
import { createDashboardController } from './dashboard.controller.js';
import { LiveFeed } from './live-feed.js';
import { Snapshots } from './snapshots.js';

/** The small application that answers on the dashboard's own port. */
@Module({})
export class DashboardServerModule {
  /** @param base - path of the page, without slashes around it */
  static at(base: string, snapshots: Snapshots, feed: LiveFeed): DynamicModule {
    return {
      module: DashboardServerModule,
      controllers: [createDashboardController(base)],
      providers: [
        { provide: Snapshots, useValue: snapshots },
        { provide: LiveFeed, useValue: feed },
      ],
    };
  }
}
