import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadAgentConfig } from '../../apps/agent/src/config/agent-options.js';
import { agentRows } from '../../apps/agent/src/config/agent-rows.js';
import { loadProxyConfig } from '../../apps/proxy/src/config/proxy-options.js';
import { proxyRows } from '../../apps/proxy/src/config/proxy-rows.js';
import { needing, runCheck } from '../support/ci-tools.js';
import { type Instruction, only, parseDockerfile } from '../support/dockerfile.js';
import { freePort } from '../support/free-port.js';
import { type ProgramName, startOurProgram } from '../support/our-program.js';
import { findPromtool, promtool } from '../support/promtool.js';
import { stagePerTest } from '../support/stage.js';

const repository = resolve(import.meta.dirname, '../..');
const file = join(repository, 'deploy/compose.yaml');
const OURS: readonly ProgramName[] = ['proxy', 'agent'];
const LOAD = { proxy: loadProxyConfig, agent: loadAgentConfig };
const ROWS = { proxy: proxyRows, agent: agentRows };

/** What check-compose prints of a project, as far as it is looked at here. */
interface Project {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}
interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly target: number; readonly published: string }[];
  readonly volumes?: readonly { readonly type: string; readonly source: string; readonly target: string }[];
  readonly networks?: Readonly<Record<string, { readonly aliases?: readonly string[] } | null>>;
}

const { title, isMissing } = needing('check-compose', 'deploy/compose.yaml');

describe.skipIf(isMissing)(title, () => {
  const stage = stagePerTest();
  let project: Project;

  beforeAll(() => {
    const { isContent, stdout, stderr } = runCheck('check-compose', [file]);
    expect({ isContent, stderr }).toEqual({ isContent: true, stderr: '' });
    project = JSON.parse(stdout) as Project;
  });

  const service = (name: string): Service => project.services[name]!;
  const instructionsOf = (name: string): readonly Instruction[] => {
    const { context, dockerfile } = service(name).build!;
    return parseDockerfile(readFileSync(join(context, dockerfile), 'utf8')).at(-1)!.instructions;
  };
  const mountOf = (name: string, target: string): string =>
    service(name).volumes?.find((volume) => volume.target === target)?.source ?? '';

  it('is what the Compose specification has, which knows wrong ones', async () => {
    const wrong = join(await stage.tempDir(), 'compose.yaml');
    const text = readFileSync(file, 'utf8');
    await writeFile(wrong, text.replace('read_only: true', 'readonly: true'));

    expect(Object.keys(project.services).toSorted()).toEqual(['agent', 'grafana', 'prometheus', 'proxy']);
    expect(runCheck('check-compose', [wrong]).stderr).toContain('readonly');
  });

  it.each(OURS)('starts the %s with options that there are', async (name) => {
    const { command, environment = {} } = service(name);
    const known = Object.values(ROWS[name]).flatMap(({ env }) => (env === undefined ? [] : [env]));

    const outcome = await LOAD[name](command ?? [], environment);

    expect(outcome).toMatchObject({ kind: 'run', notices: [] });
    expect(Object.keys(environment).filter((variable) => !known.includes(variable))).toEqual([]);
  });

  it.each(OURS)('publishes no port of the %s but those that its image exposes', (name) => {
    const exposed = only(instructionsOf(name), 'EXPOSE').flatMap(({ words }) => words.map(Number));

    for (const { target } of service(name).ports ?? []) expect(exposed).toContain(target);
  });

  it.each(OURS)('turns on what the health check of the image of the %s asks', async (name) => {
    const { command, environment } = service(name);
    const [asked = ''] = only(instructionsOf(name), 'HEALTHCHECK').flatMap(({ words }) => words.slice(-1));

    const outcome = await LOAD[name](command ?? [], environment ?? {});

    const admin = outcome.kind === 'run' ? outcome.options.admin : undefined;
    expect({ isOn: admin?.enabled, port: String(admin?.port) }).toEqual({
      isOn: true,
      port: new URL(asked).port,
    });
  });

  it('mounts files and folders that there are', () => {
    const mounts = Object.values(project.services).flatMap(({ volumes = [] }) => volumes);

    expect(mounts.length).toBeGreaterThan(4);
    for (const { type, source } of mounts) {
      expect(type === 'bind' ? existsSync(source) : source in (project.volumes ?? {}), source).toBe(true);
    }
  });

  it('lets each part find the others by the names it knows them by', async () => {
    const names = Object.entries(project.services).flatMap(([name, { networks }]) => [
      name,
      ...(networks?.['default']?.aliases ?? []),
    ]);
    const scraped = readFileSync(
      join(mountOf('prometheus', '/etc/prometheus'), 'prometheus.yml'),
      'utf8',
    ).replaceAll(/#.*/g, '');
    const datasource = readFileSync(
      mountOf('grafana', '/etc/grafana/provisioning/datasources/prometheus.yaml'),
      'utf8',
    );
    const dialled = service('agent').environment?.['PROXY_HOSTNAME'];
    const hosts = [
      ...[...scraped.matchAll(/(?:targets: \['|http:\/\/)([\w.-]+):\d+/g)].map(([, host]) => host),
      /url: 'http:\/\/([\w.-]+):9090'/.exec(datasource)?.[1],
      dialled?.split(':')[0],
    ];

    expect(hosts.length).toBeGreaterThan(4);
    for (const host of hosts) expect(names).toContain(host);
  });

  it('gives Grafana the dashboards at the place that its provider reads', () => {
    const provider = readFileSync(
      mountOf('grafana', '/etc/grafana/provisioning/dashboards/prometheus-proxy.yaml'),
      'utf8',
    );
    const [, place = ''] = /path: (\S+) /.exec(provider) ?? [];

    expect(mountOf('grafana', place)).toBe(join(dirname(file), 'grafana'));
  });

  it('runs a proxy and an agent that find each other', async () => {
    const ports = { http: await freePort(), agent: await freePort(), metrics: await freePort() };
    const anyPort = async (): Promise<string> => String(await freePort());
    const here = (text: string): string => text.replaceAll('localhost:8083', `localhost:${ports.metrics}`);
    const start = (name: ProgramName, env: Readonly<Record<string, string>>): unknown =>
      startOurProgram(stage, name, (service(name).command ?? []).map(here), {
        env: { ...service(name).environment, ...env },
      });

    start('proxy', {
      PROXY_PORT: String(ports.http),
      AGENT_PORT: String(ports.agent),
      ADMIN_PORT: await anyPort(),
      METRICS_PORT: await anyPort(),
    });
    start('agent', {
      PROXY_HOSTNAME: `127.0.0.1:${ports.agent}`,
      ADMIN_PORT: await anyPort(),
      METRICS_PORT: String(ports.metrics),
    });

    const discovered = async (): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${ports.http}/discovery`).catch(() => undefined);
      return answer?.ok === true ? answer.json() : undefined;
    };
    await expect.poll(discovered, { timeout: 40_000, interval: 250 }).toMatchObject([
      {
        targets: ['proxy.example.com:8080'],
        labels: { __metrics_path__: '/agent', job: 'prometheus-agent' },
      },
    ]);
    expect((await fetch(`http://127.0.0.1:${ports.http}/agent`)).status).toBe(200);
  });

  for (const major of [2, 3] as const) {
    const tool = findPromtool(major);
    it.skipIf(tool === undefined)(
      `mounts a configuration that promtool of Prometheus ${major} takes${tool === undefined ? ', not installed' : ''}`,
      async () => {
        const config = join(mountOf('prometheus', '/etc/prometheus'), 'prometheus.yml');

        expect(await promtool(tool!, ['check', 'config', config])).toMatchObject({ isContent: true });
      },
    );
  }
});
