import { ChunkAssembly, gunzip } from '@app/chunking';
import { decode, type Fields } from './wire-codec.js';

/** What an agent made of one scrape, however it travelled. */
export interface Answer {
  readonly agentId: string;
  readonly scrapeId: number;
  readonly isValid: boolean;
  readonly statusCode: number;
  readonly failureReason: string;
  readonly failureCode: string;
  readonly url: string;
  readonly contentType: string;
  readonly travelled: 'as text' | 'gzipped' | 'in chunks';
  /** As the target sent it. */
  readonly body: string;
}

interface Transfer {
  readonly header: Fields;
  readonly assembly: ChunkAssembly;
}

const MAX_BYTES = 64 * 1024 * 1024;

/** Puts the answers of an agent together from its messages, in the order in which they were complete. */
export class AnswerReader {
  readonly #transfers = new Map<unknown, Transfer>();

  /**
   * Take the next message of one of the two write streams; the answer, when it is complete with it.
   *
   * @throws when a transfer in chunks breaks the rules of the wire, or a body is not what it says
   */
  async take(rpc: string, bytes: Buffer): Promise<Answer | undefined> {
    const message = decode(rpc, 'agent', bytes);
    if (rpc === 'writeResponsesToProxy') return readResponse(message);
    return this.#takeChunked(message);
  }

  async #takeChunked(message: Fields): Promise<Answer | undefined> {
    const part = message[String(message['chunkOneOf'])] as Fields;
    switch (message['chunkOneOf']) {
      case 'header':
        this.#transfers.set(part['headerScrapeId'], { header: part, assembly: new ChunkAssembly(MAX_BYTES) });
        return undefined;
      case 'chunk':
        assertSound(this.#transfer(part['chunkScrapeId']).assembly.add(readChunk(part)));
        return undefined;
      default:
        return readTransfer(this.#transfer(part['summaryScrapeId']), part);
    }
  }

  #transfer(scrapeId: unknown): Transfer {
    const transfer = this.#transfers.get(scrapeId);
    if (transfer === undefined) throw new Error(`no header came for scrape ${String(scrapeId)}`);
    return transfer;
  }
}

async function readResponse(message: Fields): Promise<Answer> {
  const isZipped = message['contentOneOf'] === 'contentAsZipped';
  if (message['zipped'] !== isZipped) throw new Error('zipped does not say how the body travelled');
  const { contentAsZipped, contentAsText } = message as { contentAsZipped: Buffer; contentAsText?: string };
  const body = isZipped ? await inflate([contentAsZipped]) : (contentAsText ?? '');
  return {
    agentId: String(message['agentId']),
    scrapeId: Number(message['scrapeId']),
    isValid: message['validResponse'] === true,
    statusCode: Number(message['statusCode']),
    failureReason: String(message['failureReason']),
    failureCode: String(message['failureCode']),
    url: String(message['url']),
    contentType: String(message['contentType']),
    travelled: isZipped ? 'gzipped' : 'as text',
    body,
  };
}

async function readTransfer({ header, assembly }: Transfer, summary: Fields): Promise<Answer> {
  assertSound(
    assembly.finish({
      chunkCount: Number(summary['summaryChunkCount']),
      byteCount: Number(summary['summaryByteCount']),
      checksum: Number(summary['summaryChecksum']),
    }),
  );
  if (header['headerZipped'] !== true) throw new Error('an existing proxy loses chunks that are not gzip');
  return {
    agentId: String(header['headerAgentId']),
    scrapeId: Number(header['headerScrapeId']),
    isValid: header['headerValidResponse'] === true,
    statusCode: Number(header['headerStatusCode']),
    failureReason: String(header['headerFailureReason']),
    failureCode: '',
    url: String(header['headerUrl']),
    contentType: String(header['headerContentType']),
    travelled: 'in chunks',
    body: await inflate(assembly.takePieces()),
  };
}

function readChunk(chunk: Fields): Parameters<ChunkAssembly['add']>[0] {
  return {
    count: Number(chunk['chunkCount']),
    byteCount: Number(chunk['chunkByteCount']),
    checksum: Number(chunk['chunkChecksum']),
    bytes: chunk['chunkBytes'] as Buffer,
  };
}

function assertSound(problem: ReturnType<ChunkAssembly['add']>): void {
  if (problem !== undefined) throw new Error(problem.detail);
}

async function inflate(pieces: Buffer[]): Promise<string> {
  const outcome = await gunzip(pieces, MAX_BYTES);
  if (outcome.kind !== 'ok') throw new Error(`a body is not sound gzip: ${outcome.kind}`);
  return outcome.bytes.toString('utf8');
}
