import { Module } from '@nestjs/common';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { RecentActivity } from './recent-activity.js';

/** Whether anybody can look at what happened lately. */
export function isActivityShown({ admin }: ProxyOptions): boolean {
  return admin.enabled && admin.debugEnabled;
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
      useFactory: ({ admin }: ProxyOptions) =>
        new RecentActivity({ scrapes: admin.recentRequestsQueueSize, failures: 0 }),
    },
  ],
  exports: [RecentActivity],
})
export class ActivityModule {}
