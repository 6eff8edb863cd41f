import { Cancellation } from '@app/deadlines';
import { gunzipSync } from 'node:zlib';
import { collect } from '@app/chunking';
import { doctor } from '@app/operations';
import type { AgentOptions } from '../config/agent-options.js';
import type { Target } from '../paths/target-table.js';
import type { AnswerHead, FetchedBody } from '../scrape/fetch-outcome.js';
import { MemoryBudget } from '../scrape/memory-budget.js';
import { memoryBytes } from '../scrape/scrape-settings.js';
import type { TargetClient } from '../scrape/target-client.js';
import { judgeBody, judgeContentType } from './judge-exposition.js';

/** What Prometheus asks for, but protobuf, which is not looked into. */
const ACCEPT = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;
/** How much of a body is looked into, in characters. */
const MAX_JUDGED_CHARS = 4 * 1024 * 1024;

const { ok, problem, warning } = doctor;

export interface TargetExamination {
  readonly options: AgentOptions;
  readonly client: TargetClient;
  readonly signal: AbortSignal;
}

/** Fetch a target once, and judge what it answers as Prometheus would. */
export async function examineTarget(
  target: Target,
  { options, client, signal }: TargetExamination,
): Promise<doctor.Finding[]> {
  if (target.address.kind === 'invalid') {
    return [problem('URL', target.address.reason)];
  }
  const { address } = target.address;
  const authorization = target.authorization?.() ?? address.authorization;
  const timeoutMs = options.scrapeTimeoutSecs * 1_000;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const startedAtMs = performance.now();
  const request = {
    address: { ...address, authorization },
    accept: ACCEPT,
    authorization: '',
    remainingMs: timeoutMs,
    retry: 0,
  };
  const share = new MemoryBudget(memoryBytes(options)).open();
  try {
    const outcome = await client.fetch(request, share, Cancellation.of(limit));
    switch (outcome.kind) {
      case 'failed':
        return [problem('answer', outcome.words, 'can this host reach the target? try curl with its URL')];
      case 'aborted':
        return [tooSlow(signal, timeoutMs)];
      case 'refused':
        return [refusal(outcome.head, authorization !== undefined)];
      default:
        return await judge(outcome, startedAtMs);
    }
  } catch (error) {
    return [limit.aborted ? tooSlow(signal, timeoutMs) : problem('body', (error as Error).message)];
  } finally {
    share.release();
  }
}

async function judge(body: FetchedBody, startedAtMs: number): Promise<doctor.Finding[]> {
  const { head } = body;
  const bytes = body.kind === 'whole' ? Buffer.concat(body.pieces) : await collect(body.body);
  const took = Math.round(performance.now() - startedAtMs);
  const inflated = head.contentEncoding === 'gzip' ? inflate(bytes) : bytes;
  if (inflated === undefined) {
    return [problem('body', 'is no valid gzip, or more than 64 MiB without it')];
  }
  const encoded =
    head.contentEncoding === '' ? '' : ` ${head.contentEncoding}, ${bytes.length} bytes as sent,`;
  const text = inflated.toString('utf8');
  return [
    ok('answer', `${head.statusCode},${encoded} ${inflated.length} bytes, ${took} ms`),
    judgeContentType(head.contentType),
    ...judgeBody(text.slice(0, MAX_JUDGED_CHARS), head.contentType, text.length <= MAX_JUDGED_CHARS),
  ];
}

function inflate(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    return undefined;
  }
}

function tooSlow(whole: AbortSignal, timeoutMs: number): doctor.Finding {
  return whole.aborted
    ? problem('answer', 'was not waited for: the time of the whole examination is up')
    : problem(
        'answer',
        `did not come within ${timeoutMs / 1_000} s`,
        'raise scrape_timeout and agent.scrapeTimeoutSecs, or look at the target',
      );
}

function refusal({ statusCode }: AnswerHead, hasCredentials: boolean): doctor.Finding {
  if (statusCode === 401 || statusCode === 403) {
    return hasCredentials
      ? problem('answer', `${statusCode}: the target does not take the credentials of this path`)
      : warning(
          'answer',
          `${statusCode}: the target asks for credentials, and the agent has none for it`,
          'give the path basicAuth or bearerToken, unless Prometheus itself sends an Authorization',
        );
  }
  const advice =
    statusCode >= 300 && statusCode < 400
      ? 'redirects are not followed: name the URL they lead to'
      : undefined;
  return problem('answer', `the target answers ${statusCode}`, advice);
}
