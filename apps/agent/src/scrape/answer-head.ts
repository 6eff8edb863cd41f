import type { HeaderAllowList } from '@app/protocol';
import type { AnswerHead } from './fetch-outcome.js';

type Headers = Record<string, string | string[] | undefined>;

/** What matters of a target's status line and headers. */
export function readHead(statusCode: number, headers: Headers, passes: HeaderAllowList): AnswerHead {
  return {
    statusCode,
    contentType: firstOf(headers['content-type']),
    contentEncoding: allOf(headers['content-encoding']).trim().toLowerCase(),
    contentLength: wholeNumber(firstOf(headers['content-length'])),
    retryAfterSecs: wholeNumber(firstOf(headers['retry-after'])) ?? 0,
    passed: passes.pick(headers),
  };
}

function firstOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

function allOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}
