import { Module } from '@nestjs/common';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { RecentActivity } from './recent-activity.js';

/** Whether anybody can look at what happened lately. */
export function isActivityShown({ admin, dashboard }: ProxyOptions): boolean {
  return dashboard.enabled || (admin.enabled && admin.debugEnabled);
}

/** The observers that are told, with `activity` among them where somebody can look. */
export function observersWith<T>(
  observers: readonly T[],
  activity: RecentActivity & T,
  options: ProxyOptions,
): readonly T[] {
  return isActivityShown(options) ? [...observers, activity] : observers;
}

/** What happened lately. It is told of nothing while nobody can look. */
@Module({
  providers: [
    {
      provide: RecentActivity,
      inject: [PROXY_OPTIONS],
      useFactory: ({ admin, dashboard }: ProxyOptions) =>
        new RecentActivity({
          scrapes: admin.debugEnabled ? admin.recentRequestsQueueSize : 0,
          failures: dashboard.enabled ? dashboard.recentScrapesQueueSize : 0,
        }),
    },
  ],
  exports: [RecentActivity],
})
export class ActivityModule {}
