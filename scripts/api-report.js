/**
 * Writes what each entry point of the package exports to api/*.api.md, after a build: `npm run api`. `--check` writes
 * nothing and fails where the exports are not what the reports say: a change of them is then on purpose, or none.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const repository = resolve(import.meta.dirname, '..');
const ENTRY_POINTS = {
  proxy: 'dist/apps/proxy/src/index.d.ts',
  agent: 'dist/apps/agent/src/index.d.ts',
  protocol: 'dist/libs/protocol/src/index.d.ts',
  chunking: 'dist/libs/chunking/src/index.d.ts',
};
const isCheck = process.argv.includes('--check');

await import('./resolve-declarations.js');
mkdirSync(join(repository, '.cache/api'), { recursive: true });
for (const [name, entryPoint] of Object.entries(ENTRY_POINTS)) {
  const extractorConfig = ExtractorConfig.prepare({
    configObject: configOf(name, entryPoint),
    configObjectFullPath: join(repository, `api-extractor-${name}.json`),
    packageJsonFullPath: join(repository, 'package.json'),
  });
  const { apiReportChanged, errorCount } = Extractor.invoke(extractorConfig, {
    localBuild: !isCheck,
    messageCallback: quietUnlessError,
  });
  if (errorCount > 0 || (isCheck && apiReportChanged)) {
    process.stderr.write(
      `the exports of ${name} are not what api/${name}.api.md says; if so it shall be: npm run api\n`,
    );
    process.exitCode = 1;
  }
}

function quietUnlessError(message) {
  message.handled = String(message.logLevel) !== 'error';
}

function configOf(name, entryPoint) {
  return {
    projectFolder: repository,
    mainEntryPointFilePath: join(repository, entryPoint),
    newlineKind: 'lf',
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: 'es2024',
          module: 'nodenext',
          moduleResolution: 'nodenext',
          skipLibCheck: true,
          strict: true,
          types: ['node'],
        },
        include: [entryPoint],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: `${name}.api.md`,
      reportFolder: join(repository, 'api'),
      reportTempFolder: join(repository, '.cache/api'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      compilerMessageReporting: { default: { logLevel: 'none' } },
      extractorMessageReporting: { default: { logLevel: 'none' } },
      tsdocMessageReporting: { default: { logLevel: 'none' } },
    },
  };
}
