import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from './free-port.js';
import { Program } from './program.js';
import type { PrometheusProgram } from './real-programs.js';
import type { Stage } from './stage.js';

/** One series of an instant query. */
export interface QuerySample {
  readonly metric: Readonly<Record<string, string>>;
  /** Time in seconds and the value as text; absent for a native histogram. */
  readonly value?: readonly [number, string];
  /** The same for each sample of a range selector. */
  readonly values?: readonly (readonly [number, string])[];
  /** Time in seconds and the buckets; absent for a number. */
  readonly histogram?: readonly [number, Readonly<Record<string, unknown>>];
}

/** One row of Prometheus' own target page. */
export interface TargetRow {
  readonly labels: Readonly<Record<string, string>>;
  /** The job that found it. */
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  readonly lastScrapeDuration: number;
}

/** One row of its rule page. */
export interface RuleRow {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  /** The expression. */
  readonly query: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
}

/** A real Prometheus server with a data directory of its own. */
export class PrometheusProcess {
  readonly #port: number;
  readonly #configFile: string;

  private constructor(port: number, configFile: string) {
    this.#port = port;
    this.#configFile = configFile;
  }

  /** Start with this config text and wait until it is ready. */
  static async start(
    stage: Stage,
    program: PrometheusProgram,
    config: string,
    flags: readonly string[] = [],
  ): Promise<PrometheusProcess> {
    const directory = await stage.tempDir();
    const prometheus = new PrometheusProcess(await freePort(), join(directory, 'prometheus.yml'));
    await writeFile(prometheus.#configFile, config);
    const server = new Program(stage, program.file, [
      `--config.file=${prometheus.#configFile}`,
      `--storage.tsdb.path=${join(directory, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${prometheus.#port}`,
      '--web.enable-lifecycle',
      ...flags,
    ]);
    await server.waitForPorts([prometheus.#port]);
    await vi.waitFor(() => prometheus.#fetch('/-/ready'), { timeout: 20_000, interval: 50 });
    return prometheus;
  }

  /** An instant query, at the present time unless `atSecs` is given. */
  async query(expression: string, atSecs?: number): Promise<readonly QuerySample[]> {
    const parameters = new URLSearchParams({ query: expression });
    if (atSecs !== undefined) parameters.set('time', String(atSecs));
    const answer = await this.#json<{ result: readonly QuerySample[] }>(
      `/api/v1/query?${parameters.toString()}`,
    );
    return answer.result;
  }

  /** The value of an expression that has exactly one series; undefined when it has none. */
  async value(expression: string): Promise<number | undefined> {
    const samples = await this.query(expression);
    if (samples.length > 1) throw new Error(`${expression} has ${samples.length} series`);
    return samples[0]?.value === undefined ? undefined : Number(samples[0].value[1]);
  }

  /** Its rules with what their last evaluation came to. */
  async rules(): Promise<readonly RuleRow[]> {
    const { groups } = await this.#json<{ groups: readonly { rules: readonly RuleRow[] }[] }>(
      '/api/v1/rules',
    );
    return groups.flatMap(({ rules }) => rules);
  }

  /** The series selectors within an expression, as expressions of their own. Prometheus 3 only. */
  async selectorsOf(expression: string): Promise<string[]> {
    const parameters = new URLSearchParams({ query: expression });
    return selectorsIn(await this.#json<object>(`/api/v1/parse_query?${parameters.toString()}`));
  }

  async targets(): Promise<readonly TargetRow[]> {
    return (await this.#json<{ activeTargets: readonly TargetRow[] }>('/api/v1/targets')).activeTargets;
  }

  /** The row of the only target of this job. */
  async target(job: string): Promise<TargetRow> {
    const rows = (await this.targets()).filter((row) => row.labels['job'] === job);
    const [row] = rows;
    if (row === undefined || rows.length > 1) throw new Error(`job ${job} has ${rows.length} targets`);
    return row;
  }

  /** Replace the config text and have it read. */
  async reload(config: string): Promise<void> {
    await writeFile(this.#configFile, config);
    await this.#fetch('/-/reload', 'POST');
  }

  async #json<Value>(pathAndQuery: string): Promise<Value> {
    const body = (await (await this.#fetch(pathAndQuery)).json()) as { status: string; data: Value };
    if (body.status !== 'success') throw new Error(`${pathAndQuery}: ${JSON.stringify(body)}`);
    return body.data;
  }

  async #fetch(pathAndQuery: string, method = 'GET'): Promise<Response> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${pathAndQuery}`, {
      method,
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`${pathAndQuery}: ${response.status} ${await response.text()}`);
    return response;
  }
}

interface Matcher {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** Walks the tree that Prometheus makes of an expression. */
function selectorsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, name, matchers } = node as { type?: string; name?: string; matchers?: readonly Matcher[] };
  if (type === 'vectorSelector' || type === 'matrixSelector') {
    const labels = (matchers ?? []).filter((matcher) => matcher.name !== '__name__');
    const words = labels.map((matcher) => `${matcher.name}${matcher.type}${JSON.stringify(matcher.value)}`);
    return [`${name ?? ''}{${words.join(',')}}`];
  }
  return Object.values(node).flatMap(selectorsIn);
}
