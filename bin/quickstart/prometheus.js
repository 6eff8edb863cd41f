/** A Prometheus server for the quick start, when it is asked for. */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOST } from './ports.js';

const UP_LIMIT_MS = 60_000;
const PAUSE_MS = 250;

/** @throws {Error} with a sentence for the user when there is none on PATH */
export function findPrometheus() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const file = folders.map((folder) => join(folder, 'prometheus')).find(isExecutable);
  if (file === undefined) throw new Error('--prometheus: there is no prometheus on PATH');
  return file;
}

/** The jobs that scrape these paths through the proxy, as they stand in prometheus.yml. */
export function scrapeConfigs(paths, proxyPort) {
  const jobs = paths.map(
    ({ path }) => `  - job_name: '${path}'
    metrics_path: /${path}
    static_configs:
      - targets: ['${HOST}:${proxyPort}']
`,
  );
  return `scrape_configs:\n${jobs.join('')}`;
}

/** Start Prometheus in a crew, with these jobs and its files in `folder`. */
export function startPrometheus(crew, file, folder, port, jobs) {
  const configFile = join(folder, 'prometheus.yml');
  writeFileSync(configFile, `global:\n  scrape_interval: 5s\n${jobs}`);
  crew.add('prometheus', file, [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    `--web.listen-address=${HOST}:${port}`,
    '--log.level=warn',
  ]);
}

/**
 * Wait until Prometheus has scraped this job.
 *
 * @throws {Error} when it has not within a minute
 */
export async function waitUntilUp(port, job, signal) {
  const query = new URLSearchParams({ query: `up{job="${job}"} == 1` });
  const givenUpAt = performance.now() + UP_LIMIT_MS;
  while (!(await hasResult(`http://${HOST}:${port}/api/v1/query?${query}`))) {
    if (performance.now() > givenUpAt) throw new Error(`Prometheus has not scraped ${job} within a minute`);
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

async function hasResult(url) {
  try {
    const answer = await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).json();
    return answer.data.result.length > 0;
  } catch {
    return false;
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
