import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A Prometheus server installed on this machine. */
export interface PrometheusProgram {
  readonly file: string;
  readonly major: 2 | 3;
}

/** All files of this name on PATH that may be run, in order. */
export function findOnPath(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

/** The first Prometheus of this major version: $PROMETHEUS3 for 3, then PATH, then Go's own folder. */
export function findPrometheus(major: 2 | 3): PrometheusProgram | undefined {
  const named = major === 3 ? [process.env['PROMETHEUS3'] ?? ''] : [];
  const built = join(process.env['HOME'] ?? '', 'go', 'bin', 'prometheus');
  const candidates = [...named, ...findOnPath('prometheus'), built].filter(isExecutable);
  const file = candidates.find((candidate) => majorVersion(candidate) === major);
  return file === undefined ? undefined : { file, major };
}

/**
 * A server built by `go install` carries no version; what tells it from 2.x is a flag that came with 3.0.
 */
function majorVersion(file: string): number | undefined {
  const { stdout, stderr } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  const [, stamped] = /^prometheus, version (\d+)\./m.exec(stdout + stderr) ?? [];
  if (stamped !== undefined) return Number(stamped);
  const help = spawnSync(file, ['--help'], { encoding: 'utf8' });
  return (help.stdout + help.stderr).includes('web.enable-otlp-receiver') ? 3 : undefined;
}

function isExecutable(file: string): boolean {
  if (file === '') return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
