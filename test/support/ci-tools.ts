import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The checks that .ci/run builds from .ci/checks, by name. */
export type CiCheck = 'check-compose' | 'check-dashboard' | 'check-dockerfile';

export interface Verdict {
  readonly isContent: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const folder = process.env['CI_CHECKS'] ?? resolve(import.meta.dirname, '../../.cache/bin');

/** The title of a suite that needs this check, and whether it is missing; its absence stands in the title. */
export function needing(check: CiCheck, title: string): { title: string; isMissing: boolean } {
  const isMissing = !existsSync(join(folder, check));
  return { title: isMissing ? `${title}, no ${check}` : title, isMissing };
}

/** Run a check to its end. */
export function runCheck(check: CiCheck, args: readonly string[]): Verdict {
  const { status, stdout, stderr } = spawnSync(join(folder, check), [...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { isContent: status === 0, stdout, stderr };
}
