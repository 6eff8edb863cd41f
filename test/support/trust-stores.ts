import { createHash, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_ENTRY = 2;
const WHITENER = 'Mighty Aphrodite';

/** Write a Java key store with one trusted entry per PEM file; its path. */
export async function jksStore(
  directory: string,
  name: string,
  password: string,
  certificates: readonly string[],
): Promise<string> {
  const entries = await Promise.all(certificates.map(async (path, index) => entry(`ca-${index}`, path)));
  const content = Buffer.concat([int32(MAGIC), int32(VERSION), int32(entries.length), ...entries]);
  const key = Buffer.from(password, 'utf16le').swap16();
  const digest = createHash('sha1').update(key).update(WHITENER).update(content).digest();
  const path = join(directory, name);
  await writeFile(path, Buffer.concat([content, digest]));
  return path;
}

async function entry(alias: string, pemFile: string): Promise<Buffer> {
  const { raw } = new X509Certificate(await readFile(pemFile));
  const createdAt = Buffer.alloc(8);
  return Buffer.concat([int32(TRUSTED_ENTRY), text(alias), createdAt, text('X.509'), int32(raw.length), raw]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
