import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { logOutput } from './log-output.js';

describe('the output of log lines', () => {
  const opened = new Set<number>();
  const folder = mkdtempSync(join(tmpdir(), 'log-output-'));
  const path = join(folder, 'log');

  afterAll(() => rmSync(folder, { recursive: true }));

  afterEach(() => {
    opened.forEach((fd) => closeSync(fd));
    opened.clear();
    rmSync(path, { force: true });
  });

  const open = (file: string): number => {
    const fd = openSync(file, 'w');
    opened.add(fd);
    return fd;
  };

  /** Let a descriptor stand for another file: the system gives the lowest number that is free. */
  const reopen = (fd: number, file: string): void => {
    closeSync(fd);
    opened.delete(fd);
    let given = open(file);
    while (given < fd) given = open(file);
    expect(given).toBe(fd);
  };

  it('writes each line at once', () => {
    const output = logOutput(open(path), () => undefined);

    output.write('one\n');
    output.write('two\n');

    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it.runIf(process.platform === 'linux')('goes on where the disk is full', () => {
    const output = logOutput(open('/dev/full'), () => undefined);

    expect(() => Array.from({ length: 1_000 }, () => output.write('a line\n'))).not.toThrow();
  });

  it.runIf(process.platform === 'linux')('holds some lines until there is room, and counts the rest', () => {
    const fd = open('/dev/full');
    const lost: number[] = [];
    const output = logOutput(fd, (lines) => lost.push(lines), 'held\n'.length * 2);

    ['held\n', 'held\n', 'lost\n', 'lost\n'].forEach((line) => output.write(line));
    reopen(fd, path);
    output.write('');

    expect(readFileSync(path, 'utf8')).toBe('held\nheld\n');
    expect(lost).toEqual([2]);
  });
});
