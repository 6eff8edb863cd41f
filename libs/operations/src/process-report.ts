import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { packageVersion } from './package-version.js';

/** How long the event loop is watched for the report, in milliseconds. */
const WATCH_MS = 100;

const MIB = 1024 * 1024;

/**
 * What the process is made of and busy with, as lines of text, in place of a JVM's thread dump.
 *
 * It watches the event loop for a tenth of a second. Nothing in it comes from the environment or the command line.
 */
export async function processReport(): Promise<string[]> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const before = performance.eventLoopUtilization();
  delays.enable();
  await delay(WATCH_MS);
  delays.disable();
  const { utilization } = performance.eventLoopUtilization(before);

  return [
    `Process ${process.pid}, version ${packageVersion()}, Node.js ${process.version}, ${process.platform} ${process.arch}`,
    `Uptime: ${formatDuration(process.uptime())}`,
    '',
    `Event loop, over ${WATCH_MS} ms: ${Math.round(utilization * 100)} % busy, longest delay ${millis(delays.max)} ms`,
    '',
    ...memoryLines(),
    '',
    'Active resources:',
    ...resourceLines(),
  ];
}

/** Like `3d 4h 5m 6s`, without the leading parts that are 0. */
export function formatDuration(secs: number): string {
  const whole = Math.floor(secs);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first === -1 ? -1 : first)
    .map(([value, unit]) => `${value}${unit}`)
    .join(' ');
}

function memoryLines(): string[] {
  const { rss, external, arrayBuffers } = process.memoryUsage();
  const heap = getHeapStatistics();
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return [
    `Memory: ${mib(rss)} MiB resident, ${mib(external)} MiB external, ${mib(arrayBuffers)} MiB of it in buffers`,
    `Heap: ${mib(heap.used_heap_size)} MiB used of ${mib(heap.total_heap_size)} MiB, at most ${mib(heap.heap_size_limit)} MiB`,
    `CPU time: ${(userCPUTime / 1e6).toFixed(1)} s user, ${(systemCPUTime / 1e6).toFixed(1)} s system`,
  ];
}

/** What keeps the process alive: sockets, servers, timers, by kind. */
function resourceLines(): string[] {
  const counts = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
  return [...counts].map(([kind, all]) => `  ${kind}: ${all.length}`).sort();
}

const mib = (bytes: number): string => (bytes / MIB).toFixed(1);

const millis = (nanos: number): string => (nanos / 1e6).toFixed(1);
