import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Paths of PEM files. */
export interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  /** Subject alternative names as openssl writes them; those of this machine when left out. */
  readonly names?: readonly string[];
  /** Its last day was yesterday. */
  readonly expired?: boolean;
  /** How many days it is valid for (30). */
  readonly days?: number;
}

const LOCAL_NAMES = ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1'];

/** An authority made by openssl in one directory; its files live as long as that directory. */
export class CertificateAuthority {
  private constructor(
    private readonly directory: string,
    private readonly files: KeyPairFiles,
  ) {}

  /** @param name - the authority's common name, unique within `directory` */
  static async create(directory: string, name = 'test-ca'): Promise<CertificateAuthority> {
    return new CertificateAuthority(directory, await selfSigned(directory, name, []));
  }

  /** The authority's own certificate, a PEM file. */
  get certificate(): string {
    return this.files.certificate;
  }

  /**
   * A key and a certificate of this authority, for servers and clients alike.
   *
   * @param name - the subject's common name, unique within the directory: a second call replaces the files
   */
  async issue(name: string, wish: CertificateWish = {}): Promise<KeyPairFiles> {
    const files = filesOf(this.directory, name);
    const request = join(this.directory, `${name}.csr`);
    const subject = ['-subj', `/CN=${name}`, '-addext', alternativeNames(wish.names ?? LOCAL_NAMES)];
    await run('openssl', ['req', ...EC_KEY, '-keyout', files.key, '-out', request, ...subject]);
    const authority = ['-CA', this.files.certificate, '-CAkey', this.files.key, '-CAcreateserial'];
    const days = wish.expired ? -1 : (wish.days ?? 30);
    const validity = ['-days', String(days), '-copy_extensions', 'copyall'];
    await run('openssl', [
      'x509',
      '-req',
      '-in',
      request,
      ...authority,
      ...validity,
      '-out',
      files.certificate,
    ]);
    return files;
  }
}

/** A key and a certificate that nobody else vouches for, for this machine's names unless told otherwise. */
export async function selfSigned(
  directory: string,
  name: string,
  names = LOCAL_NAMES,
): Promise<KeyPairFiles> {
  const files = filesOf(directory, name);
  const subject = ['-subj', `/CN=${name}`, ...(names.length > 0 ? ['-addext', alternativeNames(names)] : [])];
  const output = ['-days', '30', '-keyout', files.key, '-out', files.certificate];
  await run('openssl', ['req', '-x509', ...EC_KEY, ...output, ...subject]);
  return files;
}

/** A PKCS#12 store; with a key pair when one is given, else of the certificate alone. */
export async function pkcs12Store(
  directory: string,
  name: string,
  password: string,
  content: { certificate: string; key?: string },
): Promise<string> {
  const path = join(directory, name);
  const input = content.key === undefined ? ['-nokeys'] : ['-inkey', content.key];
  await run('openssl', [
    'pkcs12',
    '-export',
    ...input,
    '-in',
    content.certificate,
    '-out',
    path,
    '-passout',
    `pass:${password}`,
  ]);
  return path;
}

/** Write text into a file of `directory`; its path. */
export async function textFile(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

function filesOf(directory: string, name: string): KeyPairFiles {
  return { certificate: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
}

function alternativeNames(names: readonly string[]): string {
  return `subjectAltName=${names.join(',')}`;
}
