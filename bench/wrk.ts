import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What one run of wrk found. */
export interface LoadResult {
  readonly requests: number;
  readonly secs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  readonly port: number;
  /** What stands in the request line: a path, or a whole URL for a peer that is an HTTP proxy. */
  readonly requestTarget: string;
  /** A file with the body that every answer must have. */
  readonly bodyFile: string;
  readonly connections: number;
  readonly secs: number;
}

const SCRIPT = fileURLToPath(new URL('wrk.lua', import.meta.url));
const GRACE_SECS = 15;

/**
 * Scrape as fast as `connections` allow.
 *
 * @throws {Error} when a scrape fails or a body is not the target's: figures of wrong answers are worth nothing
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const args = ['-t1', `-c${load.connections}`, `-d${load.secs}s`, '--timeout', '10s', '-s', SCRIPT];
  const url = `http://127.0.0.1:${load.port}/`;
  const { stdout } = await promisify(execFile)(
    'wrk',
    [...args, url, '--', load.requestTarget, load.bodyFile],
    {
      timeout: (load.secs + GRACE_SECS) * 1000,
      killSignal: 'SIGKILL',
    },
  );
  const line = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`wrk gave no result:\n${stdout}`);
  const result = JSON.parse(line) as LoadResult & { failed: number; checked: number; wrong: number };
  if (result.failed + result.wrong > 0) {
    throw new Error(
      `${load.requestTarget}: ${result.failed} of ${result.requests} scrapes failed, ${result.wrong} of ${result.checked} bodies that were compared are wrong`,
    );
  }
  return result;
}
