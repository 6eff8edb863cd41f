import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { problemsIn, tools } from '../support/kubernetes-tools.js';
import { blocksFor } from '../support/page-checks.js';
import { stagePerSuite } from '../support/stage.js';

const repository = resolve(import.meta.dirname, '../..');
const blocks = blocksFor('kubernetes');
const missing = Object.entries(tools).flatMap(([name, file]) => (file === undefined ? [name] : []));
const title = 'what the page on Kubernetes shows';

/** Stand for kubectl and helm: the same commands, but what they would send to a cluster goes to a file each. */
const STAND_INS = {
  kubectl: `exec ${tools.kubectl} "$@" --dry-run=client --output=yaml > "$MANIFESTS/secret.yaml"`,
  helm: `shift; exec ${tools.helm} template "$@" --kube-version 1.34.0 > "$MANIFESTS/$1.yaml"`,
};

describe.skipIf(missing.length > 0)(missing.length > 0 ? `${title}, no ${missing.join(', ')}` : title, () => {
  const stage = stagePerSuite();
  let manifests: string;

  beforeAll(async () => {
    const folder = await stage.tempDir();
    const bin = join(folder, 'bin');
    manifests = join(folder, 'manifests');
    await Promise.all([
      mkdir(bin),
      mkdir(manifests),
      symlink(join(repository, 'deploy'), join(folder, 'deploy')),
    ]);
    for (const [name, script] of Object.entries(STAND_INS)) {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    }
    const [values, ...others] = blocks.filter(({ language }) => language === 'yaml');
    expect(others).toEqual([]);
    await writeFile(join(folder, 'targets.yaml'), values?.text ?? '');
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, MANIFESTS: manifests };
    for (const { text } of blocks.filter(({ language }) => language === 'sh')) {
      execFileSync('sh', ['-e', '-c', text], { cwd: folder, env, stdio: 'pipe' });
    }
  });

  it.each(['secret', 'prometheus-proxy', 'prometheus-agent'])('is what a cluster takes: %s', (name) => {
    expect(problemsIn([join(manifests, `${name}.yaml`)])).toBe('');
  });

  it('makes the Secret that the chart reads', async () => {
    const secret = await readFile(join(manifests, 'secret.yaml'), 'utf8');
    const proxy = await readFile(join(manifests, 'prometheus-proxy.yaml'), 'utf8');

    expect(secret).toMatch(/^data:\n {2}token: \S{80,}\n/m);
    expect(secret).toMatch(/^ {2}name: agent-token$/m);
    expect(proxy).toContain('agent-token');
    expect(proxy).toContain('type: LoadBalancer');
  });

  it('gives the agents the targets that it shows', async () => {
    expect(await readFile(join(manifests, 'prometheus-agent.yaml'), 'utf8')).toContain('cluster-1/api');
  });
});
