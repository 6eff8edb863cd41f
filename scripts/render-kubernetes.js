/**
 * Writes deploy/kubernetes from the Helm chart: `node scripts/render-kubernetes.js`, with helm in $HELM or on the PATH.
 * `--check` writes nothing and fails where a file is not what the chart renders.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';

const KUBERNETES = '1.34.0';
const repository = resolve(import.meta.dirname, '..');
const folder = join(repository, 'deploy/kubernetes');

/** The node exporter of each node, under a path of its own. */
const NODE_PATHS =
  'agent.pathConfigs = [{ name = node\\, path = ${NODE_NAME}"/node"\\, url = "http://localhost:9100/metrics" }]';

/** Each file, and what of the chart it is. */
const FILES = {
  'proxy.yaml': ['serviceMonitor.enabled=false'],
  'agent-deployment.yaml': ['proxy.enabled=false', 'agent.enabled=true'],
  'agent-daemonset.yaml': [
    'proxy.enabled=false',
    'agent.enabled=true',
    'agent.kind=DaemonSet',
    'agent.config.consolidated=false',
    'agent.hostNetwork=true',
    `agent.hocon=${NODE_PATHS}`,
  ],
  'service-monitors.yaml': ['agent.enabled=true', 'serviceMonitor.enabled=true'],
};

const HEAD = '# Written by scripts/render-kubernetes.js from deploy/helm/prometheus-proxy; change that.\n';

function render(values) {
  const set = values.flatMap((value) => ['--set', value]);
  const args = [
    'template',
    'prometheus-proxy',
    'deploy/helm/prometheus-proxy',
    '--kube-version',
    KUBERNETES,
    ...set,
  ];
  const only = values.includes('serviceMonitor.enabled=true')
    ? ['--show-only', 'templates/service-monitor.yaml']
    : [];
  return execFileSync(process.env.HELM ?? 'helm', [...args, ...only], { cwd: repository, encoding: 'utf8' });
}

for (const [name, values] of Object.entries(FILES)) {
  const text = HEAD + render(values);
  const file = join(folder, name);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`deploy/kubernetes/${name} is not what the chart renders\n`);
    process.exitCode = 1;
  }
}
