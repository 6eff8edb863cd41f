import { HeaderAllowList, MAX_MESSAGE_BYTES } from '@app/protocol';
import type { AgentOptions } from '../config/agent-options.js';
import type { EncodingOptions } from './link-body.js';
import type { ResponseWriterOptions } from './response-writer.js';
import type { ScrapeLimitOptions } from './scrape-limits.js';
import type { TargetClientOptions } from './target-client.js';

const KIB = 1024;
const MIB = 1024 * 1024;

/** Bodies that travel on calls of their own at once. */
export const MAX_LARGE_BODIES = 8;
/** Bodies of at least this size on the link do. */
const LARGE_BODY_BYTES = 512 * KIB;
/** What a message may need beside the bytes of its chunk. */
const MESSAGE_MARGIN_BYTES = 64 * KIB;

/** What the scrape service is configured with. */
export class ScrapeSettings {
  constructor(
    readonly timeout: { timeoutMs: number; isExplicit: boolean },
    readonly encoding: EncodingOptions,
  ) {}
}

export function scrapeSettings(options: AgentOptions): ScrapeSettings {
  return new ScrapeSettings(
    { timeoutMs: options.scrapeTimeoutSecs * 1_000, isExplicit: options.isScrapeTimeoutExplicit },
    {
      minGzipBytes: options.minGzipSizeBytes,
      maxBytes: maxBodyBytes(options),
      flowBytes: LARGE_BODY_BYTES,
    },
  );
}

export function scrapeLimits(options: AgentOptions): ScrapeLimitOptions {
  return {
    maxConcurrent: options.http.maxConcurrentClients,
    maxConcurrentPerTarget: options.http.maxConcurrentPerTarget,
    maxWaiting: options.limits.maxScrapesWaiting,
  };
}

export function memoryBytes(options: AgentOptions): number {
  return options.limits.bodyMemoryMBytes * MIB;
}

export function targetClientOptions(options: AgentOptions, version: string): TargetClientOptions {
  return {
    version,
    forwardAuthorization: options.http.forwardAuthorization,
    requestHeaders: new HeaderAllowList(options.http.requestHeaders),
    responseHeaders: new HeaderAllowList(options.http.responseHeaders),
    maxBytes: maxBodyBytes(options),
    holdBytes: LARGE_BODY_BYTES,
  };
}

/** Chunks of more than a message can carry are cut smaller. */
export function writerOptions(options: AgentOptions): ResponseWriterOptions {
  return {
    chunkBytes: Math.min(options.chunkContentSizeKbs * KIB, MAX_MESSAGE_BYTES - MESSAGE_MARGIN_BYTES),
    ownCallBytes: LARGE_BODY_BYTES,
  };
}

function maxBodyBytes(options: AgentOptions): number {
  return options.http.maxContentLengthMBytes * MIB;
}
