import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WatchedFiles } from './watched-files.js';

describe('WatchedFiles', () => {
  let folder: string;
  let files: WatchedFiles | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'watched-'));
  });

  afterEach(async () => {
    files?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function watching(path: string, intervalMs: number): Promise<ReturnType<typeof vi.fn>> {
    const onChange = vi.fn();
    files = new WatchedFiles([path], intervalMs, onChange);
    await files.start();
    return onChange;
  }

  it('tells of a changed content long before its interval is over', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'one');
    const onChange = await watching(path, 60_000);

    await writeFile(path, 'two');

    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));
  });

  it('says nothing when a file is written again with the same content', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'one');
    const onChange = await watching(path, 60_000);

    await writeFile(path, 'one');
    await files?.look();

    expect(onChange).not.toHaveBeenCalled();
  });

  it('sees a symlink swapped two folders away at its next look', async () => {
    await mkdir(join(folder, 'v1'));
    await mkdir(join(folder, 'v2'));
    await writeFile(join(folder, 'v1', 'a'), 'one');
    await writeFile(join(folder, 'v2', 'a'), 'two');
    await symlink(join(folder, 'v1'), join(folder, 'data'));
    const onChange = await watching(join(folder, 'data', 'a'), 50);

    await symlink(join(folder, 'v2'), join(folder, 'data-new'));
    await rename(join(folder, 'data-new'), join(folder, 'data'));

    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));
  });

  it('tells when a file goes and when it comes back', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'one');
    const onChange = await watching(path, 20);

    await rm(path);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));
    await writeFile(path, 'one');

    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(2));
  });

  it('says nothing once it is stopped', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'one');
    const onChange = await watching(path, 10);
    files?.stop();

    await writeFile(path, 'two');
    await files?.look();

    expect(onChange).not.toHaveBeenCalled();
  });

  it('keeps nothing when it is stopped while it begins', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'one');
    const onChange = vi.fn();
    files = new WatchedFiles([path], 10, onChange);

    const started = files.start();
    files.stop();
    await started;
    await writeFile(path, 'two');
    await files.look();

    expect(onChange).not.toHaveBeenCalled();
  });
});
