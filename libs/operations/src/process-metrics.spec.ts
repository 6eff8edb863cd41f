import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { renderMetrics } from './exposition.js';
import { ProcessMetrics } from './process-metrics.js';

it('shows what the process uses, how late its event loop is, and no gauge that is named like a counter', async () => {
  const registry = new Registry();
  const metrics = new ProcessMetrics(registry);
  await pause();
  const until = performance.now() + 60;
  while (performance.now() < until) JSON.stringify({});
  await pause();

  const page = await renderMetrics(registry, Registry.PROMETHEUS_CONTENT_TYPE, new Set());
  metrics.stop();

  const valueOf = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(page)?.[1]);
  expect(valueOf('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  expect(valueOf('process_cpu_seconds_total')).toBeGreaterThan(0.01);
  expect(valueOf('nodejs_eventloop_lag_max_seconds')).toBeGreaterThan(0.02);
  expect(valueOf('nodejs_heap_size_used_bytes')).toBeGreaterThan(1e6);
  expect(Math.abs(valueOf('process_start_time_seconds') - Date.now() / 1000 + process.uptime())).toBeLessThan(
    1,
  );
  expect(page).not.toMatch(/^# TYPE \w+_total gauge/m);
  expect(page).not.toContain('NaN');
});

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

it('lets go of the process when it is stopped', () => {
  const before = process.getActiveResourcesInfo().length;
  new ProcessMetrics(new Registry()).stop();

  expect(process.getActiveResourcesInfo().length).toBe(before);
});
