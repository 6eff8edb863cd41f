import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const schemas = process.env['KUBERNETES_SCHEMAS'] ?? '';

/** What .ci/run builds and names for the tests; undefined where it is not to be had. */
export const tools = {
  helm: existing(process.env['HELM']),
  kubectl: existing(process.env['KUBECTL']),
  kubeconform: existsSync(schemas) ? existing(process.env['KUBECONFORM']) : undefined,
};

/** What kubeconform finds wrong with manifests by Kubernetes' own schema; empty when all is right. */
export function problemsIn(files: readonly string[]): string {
  const location = join(schemas, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
  const args = ['-strict', '-skip', 'ServiceMonitor', '-schema-location', location, ...files];
  const { status, stdout, stderr } = spawnSync(tools.kubeconform ?? '', args, { encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}

function existing(file: string | undefined): string | undefined {
  return file !== undefined && existsSync(file) ? file : undefined;
}
