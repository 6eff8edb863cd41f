import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadAgentConfig } from '../../apps/agent/src/config/agent-options.js';
import { loadProxyConfig } from '../../apps/proxy/src/config/proxy-options.js';
import { problemsIn, tools } from '../support/kubernetes-tools.js';

const repository = resolve(import.meta.dirname, '../..');
const chart = join(repository, 'deploy/helm/prometheus-proxy');
const { helm = '', kubeconform = '' } = tools;
const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Values that use every branch of the chart. */
const VALUES = [
  [
    'proxy.tls.secret=proxy-tls',
    'proxy.tls.mutual=true',
    'proxy.tokenSecret=agent-token',
    'serviceMonitor.enabled=true',
  ],
  [
    'agent.enabled=true',
    'agent.tls.secret=agent-tls',
    'agent.tls.mutual=true',
    'agent.tokenSecret=agent-token',
  ],
  ['agent.enabled=true', 'agent.kind=DaemonSet', 'agent.hostNetwork=true', 'proxy.enabled=false'],
  ['networkPolicy.enabled=false', 'proxy.agentService.type=LoadBalancer'],
];

const template = (values: readonly string[]): string =>
  execFileSync(
    helm,
    ['template', 'x', chart, '--kube-version', '1.34.0', ...values.flatMap((value) => ['--set', value])],
    {
      encoding: 'utf8',
    },
  );

/** The configurations that ConfigMaps hold. */
const configsIn = (text: string): { program: string; json: string }[] =>
  [...text.matchAll(/^ {2}(proxy|agent)\.(?:json|conf): \|\n((?: {4}.*\n)+)/gm)].map(
    ([, program = '', json = '']) => ({
      program,
      json,
    }),
  );

async function outcomeOf({ program, json }: { program: string; json: string }): Promise<unknown> {
  const file = join(folder, `${program}.conf`);
  writeFileSync(file, json);
  const load = program === 'proxy' ? loadProxyConfig : loadAgentConfig;
  return (await load(['--config', file], { NODE_NAME: 'node-1' })).kind;
}

const chartTitle = 'the Helm chart';
describe.skipIf(helm === '')(helm === '' ? `${chartTitle}, no helm` : chartTitle, () => {
  it('passes the lint', () => {
    expect(execFileSync(helm, ['lint', '--strict', chart], { encoding: 'utf8' })).toContain(
      '0 chart(s) failed',
    );
  });

  it('refuses values that its schema does not know', () => {
    expect(() => template(['agent.kind=StatefulSet'])).toThrow('agent.kind');
    expect(() => template(['proxy.replicas=2'])).toThrow('replicas');
  });

  it('renders what stands in deploy/kubernetes', () => {
    const script = join(repository, 'scripts/render-kubernetes.js');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], {
      encoding: 'utf8',
      env: { ...process.env, HELM: helm },
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(['proxy', 'agent-deployment', 'agent-daemonset', 'agent-sidecar'])(
    'and its neighbours hold configurations that the programs take: %s.yaml',
    async (name) => {
      const configs = configsIn(readFileSync(join(repository, `deploy/kubernetes/${name}.yaml`), 'utf8'));

      expect(configs).toHaveLength(1);
      expect(await outcomeOf(configs[0]!)).toBe('run');
    },
  );

  it.each(VALUES)('renders configurations that the programs take, with %s', async (...values) => {
    const configs = configsIn(template(values));

    expect(configs.length).toBeGreaterThan(0);
    for (const config of configs) expect(await outcomeOf(config)).toBe('run');
  });
});

const canValidate = kubeconform !== '';
const manifestTitle = "Kubernetes' own schema";
describe.skipIf(!canValidate)(
  canValidate ? manifestTitle : `${manifestTitle}, no kubeconform or schema`,
  () => {
    const shipped = [
      'proxy',
      'agent-deployment',
      'agent-daemonset',
      'agent-sidecar',
      'secrets.example',
      'service-monitors',
    ];

    it.each(shipped)('takes deploy/kubernetes/%s.yaml', (name) => {
      expect(problemsIn([join(repository, `deploy/kubernetes/${name}.yaml`)])).toBe('');
    });

    it.skipIf(helm === '')('takes what the chart renders', () => {
      const files = VALUES.map((values, index) => {
        const file = join(folder, `rendered-${index}.yaml`);
        writeFileSync(file, template(values));
        return file;
      });

      expect(problemsIn(files)).toBe('');
    });

    it('would not take a field that there is not', () => {
      const file = join(folder, 'wrong.yaml');
      const text = readFileSync(join(repository, 'deploy/kubernetes/proxy.yaml'), 'utf8');
      writeFileSync(file, text.replace('runAsNonRoot: true', 'runsAsNonRoot: true'));

      expect(problemsIn([file])).toContain('runsAsNonRoot');
    });
  },
);
