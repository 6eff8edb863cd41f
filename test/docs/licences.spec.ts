import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { productionPackages } from '../support/production-packages.js';

/** Licences that a program under Apache-2.0 may bring along, whoever runs it. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
]);

/** Have an install script that nothing here needs: it warns of version ranges that packages use. */
const NEEDLESS_SCRIPTS = ['protobufjs'];

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** One licence, or several of which one may choose, as SPDX writes them. */
const isAllowed = (license: string): boolean =>
  license
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((choice) => ALLOWED.has(choice));

it('every package that is installed with the programs has a licence that is allowed', () => {
  expect(productionPackages().filter(({ license }) => !isAllowed(license))).toEqual([]);
});

it.each(['GPL-3.0', '(MIT AND GPL-2.0)', '', 'SEE LICENSE IN x', 'UNLICENSED'])(
  'the licence %j would be found',
  (license) => {
    expect(isAllowed(license)).toBe(false);
  },
);

it('the page of licences is that of the lockfile', async () => {
  const page = [
    '# Packages that come with the programs, and their licences',
    '',
    'Written from `package-lock.json` by `npm run settings`. `npm run sbom` writes the same as CycloneDX; the npm package and the images',
    'hold it as `sbom.cdx.json`. None of them needs an install script: `npm ci --ignore-scripts` is enough.',
    '',
    '| Package | Version | Licence |',
    '| --- | --- | --- |',
    ...productionPackages().map(({ name, version, license }) => `| \`${name}\` | ${version} | ${license} |`),
  ].join('\n');

  await expect(await format(page, { parser: 'markdown', printWidth: 110 })).toMatchFileSnapshot(
    '../../docs/licences.md',
  );
});

it('no package needs its install script: images and pipelines run none', () => {
  const scripts = productionPackages().filter(({ hasInstallScript }) => hasInstallScript);
  expect(scripts.map(({ name }) => name)).toEqual(NEEDLESS_SCRIPTS);

  for (const file of ['Dockerfile.proxy', 'Dockerfile.agent', '.ci/common.sh']) {
    const installs = read(file).match(/^.*\bnpm ci .*$/gm) ?? [];
    expect(installs, file).not.toEqual([]);
    expect(installs.filter((line) => !line.includes('--ignore-scripts') && !line.includes('say '))).toEqual(
      [],
    );
  }
});
