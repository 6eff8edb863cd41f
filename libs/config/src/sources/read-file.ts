import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigError } from '../hocon/config-error.js';
import type { ReadDocument } from '../hocon/documents.js';
import { MAX_DOCUMENT_BYTES } from '../hocon/limits.js';
import { syntaxOfFile } from './document-names.js';

/**
 * One file of at most 1 MiB; undefined when there is none of that name.
 *
 * @param source - what origins call it
 * @throws {ConfigError} when it is there and cannot be read, is no file, or is too large
 */
export async function readFileDocument(path: string, source = path): Promise<ReadDocument | undefined> {
  const bytes = await readBytes(path, source);
  if (bytes === undefined) {
    return undefined;
  }
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw tooLarge(source);
  }
  return {
    source,
    identity: resolve(path),
    syntax: syntaxOfFile(path) ?? 'hocon',
    text: new TextDecoder().decode(bytes),
  };
}

export const tooLarge = (source: string): ConfigError =>
  new ConfigError({ source }, `is larger than ${MAX_DOCUMENT_BYTES} bytes`);

async function readBytes(path: string, source: string): Promise<Buffer | undefined> {
  try {
    await using file = await open(path);
    const about = await file.stat();
    if (!about.isFile()) {
      throw new ConfigError({ source }, 'is not a file');
    }
    const buffer = Buffer.alloc(Math.min(about.size, MAX_DOCUMENT_BYTES) + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    return missingOrThrow(error, source);
  }
}

function missingOrThrow(error: unknown, source: string): undefined {
  if (error instanceof ConfigError) {
    throw error;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    throw new ConfigError({ source }, `cannot be read (${code})`, { cause: error });
  }
}
