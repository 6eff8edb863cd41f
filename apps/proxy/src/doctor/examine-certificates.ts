import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { doctor, parseCertificates } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';

/** PEM files of one port; an empty path stands for none. */
interface TlsFiles {
  readonly certChainFilePath: string;
  readonly privateKeyFilePath: string;
  readonly trustCertCollectionFilePath: string;
}

const { note, ok, problem } = doctor;

/** Whether the certificates of the proxy's ports can be used: chain and key belong together, dates, names. */
export async function examineCertificates({ tls, http }: ProxyOptions): Promise<doctor.Finding[]> {
  const ports = [
    examineFiles('agent port', 'proxy.tls', tls),
    examineFiles('scrape port', 'proxy.http.tls', http.tls),
  ];
  return (await Promise.all(ports)).flat();
}

async function examineFiles(what: string, block: string, files: TlsFiles): Promise<doctor.Finding[]> {
  const { certChainFilePath, privateKeyFilePath, trustCertCollectionFilePath } = files;
  if (certChainFilePath === '') {
    return [note(what, `is plain text (${block})`)];
  }
  try {
    const [chain, key] = await Promise.all([readFile(certChainFilePath), readFile(privateKeyFilePath)]);
    const [own, ...issuers] = parseCertificates(chain);
    const renew = `renew ${certChainFilePath} (${block}.certChainFilePath); it is taken up without a restart`;
    const findings = [
      doctor.judgeCertificate(`certificate of the ${what}`, own, renew),
      pairOf(what, chain, key),
    ];
    const [next = own] = issuers;
    if (next !== own && !own.checkIssued(next)) {
      const advice = 'the file must begin with the certificate itself, each signed by the next';
      findings.push(problem(`chain of the ${what}`, 'its second certificate did not sign the first', advice));
    }
    return [...findings, ...(await examineTrust(what, block, trustCertCollectionFilePath))];
  } catch (error) {
    return [problem(`files of the ${what}`, (error as Error).message, `check ${block}`)];
  }
}

function pairOf(what: string, cert: Buffer, key: Buffer): doctor.Finding {
  try {
    createSecureContext({ cert, key });
    return ok(`key of the ${what}`, 'belongs to the certificate');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return problem(`key of the ${what}`, `does not belong to the certificate (${code ?? message})`);
  }
}

async function examineTrust(what: string, block: string, path: string): Promise<doctor.Finding[]> {
  if (path === '') {
    return [];
  }
  const renew = `renew ${path} (${block}.trustCertCollectionFilePath)`;
  return parseCertificates(await readFile(path)).map((certificate) =>
    doctor.judgeCertificate(`authority of clients of the ${what}`, certificate, renew),
  );
}
