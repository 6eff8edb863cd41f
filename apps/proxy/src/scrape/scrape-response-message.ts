import { hasGzipMagic } from '@app/chunking';
import type { BoundedWords } from '@app/operations';
import type { ScrapeResponseMessage } from '@app/protocol';
import { agentFailure } from './agent-failure.js';
import type { BodyMemory } from './body-memory.js';
import type { ScrapeFailure, ScrapeSuccess } from './scrape-answer.js';
import { failure } from './scrape-failure.js';

/** What one answer may have. */
export interface AnswerLimits {
  readonly memory: BodyMemory;
  /** Bytes of its body on the link. */
  readonly maxBytes: number;
  readonly reasons: BoundedWords;
}

/** The answer that one ScrapeResponse stands for. Its status decides, not `valid_response`, as existing proxies do it. */
export function toAnswer(
  message: ScrapeResponseMessage,
  agentName: string,
  { memory, maxBytes, reasons }: AnswerLimits,
): ScrapeSuccess | ScrapeFailure {
  const { statusCode, failureReason: reason, failureCode: code } = message;
  if (statusCode < 200 || statusCode > 299) {
    return agentFailure({ statusCode, reason, code }, agentName, reasons);
  }
  const bytes = bodyOf(message);
  if (bytes.length > maxBytes) {
    return failure(
      'payload_too_large',
      `the body has ${bytes.length} bytes, at most ${maxBytes} are allowed`,
    );
  }
  if (message.zipped && bytes.length > 0 && !hasGzipMagic(bytes)) {
    return failure('invalid_payload', `agent ${agentName} sent a body as gzip that is none`);
  }
  return toSuccess(message, bytes, memory);
}

function toSuccess(
  message: ScrapeResponseMessage,
  bytes: Buffer,
  memory: BodyMemory,
): ScrapeSuccess | ScrapeFailure {
  if (!memory.reserve(bytes.length)) {
    return memory.refusal();
  }
  return {
    kind: 'success',
    status: message.statusCode,
    contentType: message.contentType,
    headers: message.headers,
    body: {
      encoding: message.zipped && bytes.length > 0 ? 'gzip' : 'identity',
      pieces: [bytes],
      byteCount: bytes.length,
      release: memory.releaser(bytes.length, [bytes]),
    },
  };
}

function bodyOf({ contentOneOf, contentAsText, contentAsZipped }: ScrapeResponseMessage): Buffer {
  return contentOneOf === 'contentAsZipped'
    ? (contentAsZipped as Buffer)
    : Buffer.from(contentAsText ?? '', 'utf8');
}
