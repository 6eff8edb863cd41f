import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CertificateAuthority } from '../support/certificates.js';
import { HttpTarget } from '../support/http-target.js';
import { startOurProgram } from '../support/our-program.js';
import { commandsIn } from '../support/page-blocks.js';
import { blocksFor } from '../support/page-checks.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { stagePerTest } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';

const stage = stagePerTest();

it('doctor prints what its page shows, for an agent with a wrong token and a proxy whose certificate ends soon', async () => {
  const [shown, ...others] = blocksFor('doctor');
  expect(others).toEqual([]);
  expect(commandsIn(shown!)).toEqual(['prometheus-agent doctor --config agent.conf']);
  const folder = await stage.tempDir();
  const authority = await CertificateAuthority.create(folder);
  const certificate = await authority.issue('soon', { days: 9 });
  const proxy = await ProxyProcess.start(stage, {
    config: {
      agentToken: 'a-token-of-the-proxy',
      tls: { certChainFilePath: certificate.certificate, privateKeyFilePath: certificate.key },
    },
  });
  const target = await HttpTarget.start(stage, { '/metrics': answers('up 1\n') });
  const agent = {
    proxy: { hostname: 'localhost', port: proxy.ports.agent },
    agentToken: 'another-token',
    tls: { trustCertCollectionFilePath: authority.certificate },
    pathConfigs: [{ name: 'node', path: 'node', url: target.url('/metrics') }],
  };
  await writeFile(join(folder, 'agent.conf'), JSON.stringify({ agent }));

  const doctor = startOurProgram(stage, 'agent', ['doctor', '--config', 'agent.conf'], { cwd: folder });

  expect(await doctor.waitForExit(40_000)).toEqual({ code: 1, signal: null });
  expect(outlineOf(doctor.output)).toEqual(outlineOf(shown!.text.replace(/^\$ .*\n/, '')));
});

/** Headings without names of hosts and targets, and each finding and advice by how it begins. */
function outlineOf(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => /^ {2}\w+ +[\w ]+:|^ +-> [\w ]+|^\w+ |^\d.*/.exec(line)?.[0] ?? line)
    .filter((line) => !/^ {2}ok +connection:/.test(line));
}
