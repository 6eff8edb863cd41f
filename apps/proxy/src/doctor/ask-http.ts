import { type IncomingHttpHeaders, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

/** One answer, as far as it is looked at. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpQuestion {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Shown where the port asks for one. */
  readonly certificate?: { readonly cert: Buffer; readonly key: Buffer };
  readonly signal: AbortSignal;
}

const ANSWER_MS = 5_000;
const MAX_BODY_CHARS = 64 * 1024 * 1024;

/**
 * Ask one of the program's own ports over HTTP; whose certificate it shows is looked at elsewhere.
 *
 * @throws {Error} when no answer came in time
 */
export function askHttp({ url, headers = {}, certificate, signal }: HttpQuestion): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  const options = {
    headers,
    signal: limit,
    agent: false as const,
    rejectUnauthorized: false,
    ...certificate,
  };
  const request = url.startsWith('https:') ? requestTls : requestPlain;
  const asked = request(url, options, (answer) => {
    let body = '';
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => {
      body += text;
      if (body.length > MAX_BODY_CHARS) {
        answer.destroy(new Error('the answer is too large'));
      }
    });
    answer.on('error', reject);
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
  });
  asked.on('error', reject);
  asked.end();
  return promise;
}
