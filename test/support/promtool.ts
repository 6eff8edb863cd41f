import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { findOnPath, findPrometheus } from './real-programs.js';

/** What promtool said, and whether it was content. */
export interface PromtoolVerdict {
  readonly isContent: boolean;
  readonly words: string;
}

/** The promtool of a Prometheus of this major version: $PROMTOOL3 for 3, beside the server, or on PATH. */
export function findPromtool(major: 2 | 3): string | undefined {
  const server = findPrometheus(major);
  const named = major === 3 ? [process.env['PROMTOOL3'] ?? ''] : [];
  const beside = server === undefined ? [] : [join(dirname(server.file), 'promtool')];
  const onPath = major === 2 ? findOnPath('promtool') : [];
  return [...named, ...beside, ...onPath].find((file) => file !== '' && canRun(file));
}

/** Run promtool with these arguments. */
export function promtool(file: string, args: readonly string[], input = ''): Promise<PromtoolVerdict> {
  const child = spawn(file, [...args], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000 });
  let words = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (words += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ isContent: code === 0, words }));
  });
}

function canRun(file: string): boolean {
  return spawnSync(file, ['--version'], { timeout: 10_000 }).status === 0;
}
