import type { PrometheusProcess } from './prometheus-process.js';

/** How every series of a job is called: its name and labels, without those that name the job itself. */
export async function seriesOf(prometheus: PrometheusProcess, job: string): Promise<ReadonlySet<string>> {
  const samples = await prometheus.query(`{job="${job}"}`);
  return new Set(samples.map((sample) => seriesKey(sample.metric)).toSorted());
}

/** The values of the last seconds for every series of a job, by its key. */
export async function windowsOf(
  prometheus: PrometheusProcess,
  job: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const samples = await prometheus.query(`{job="${job}"}[6s]`);
  return new Map(
    samples.map(({ metric, values }) => [seriesKey(metric), (values ?? []).map(([, value]) => value)]),
  );
}

function seriesKey(metric: Readonly<Record<string, string>>): string {
  const labels = Object.entries(metric).filter(([name]) => name !== 'job' && name !== 'instance');
  return JSON.stringify(labels.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
