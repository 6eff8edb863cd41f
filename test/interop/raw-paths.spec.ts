import { describe, expect, it } from 'vitest';
import { readRequest, writeText } from './raw-peer.js';
import { rawStage } from './raw-stage.js';

const { dial, freshPath, serve, scrapePath } = rawStage();

describe('registerPath', () => {
  it('gives every registration an id of its own and counts the paths of all agents', async () => {
    const first = dial();
    const second = dial();
    const firstId = await first.register('first');
    const secondId = await second.register('second');
    const before = Number((await first.call('pathMapSize', { agentId: firstId })).answer?.['pathCount']);

    const answers = [
      await first.call('registerPath', { agentId: firstId, path: freshPath() }),
      await second.call('registerPath', { agentId: secondId, path: freshPath() }),
      await first.call('registerPath', { agentId: firstId, path: freshPath() }),
    ].map(({ answer }) => answer);

    expect(answers.map((answer) => [answer?.['valid'], answer?.['reason']])).toEqual([
      [true, ''],
      [true, ''],
      [true, ''],
    ]);
    expect(answers.map((answer) => answer?.['pathCount'])).toEqual([before + 1, before + 2, before + 3]);
    const pathIds = answers.map((answer) => Number(answer?.['pathId']));
    expect(new Set(pathIds).size).toBe(3);
    expect(Math.min(...pathIds)).toBeGreaterThanOrEqual(0);
    expect((await second.call('pathMapSize', { agentId: secondId })).answer).toEqual({
      pathCount: before + 3,
    });
  });

  it('holds a path once that its agent registers twice', async () => {
    const { peer, agentId, path, requests, writes } = await serve(dial());
    const { answer: counted } = await peer.call('pathMapSize', { agentId });

    const { answer } = await peer.call('registerPath', { agentId, path });

    expect(answer).toMatchObject({ valid: true, pathCount: counted?.['pathCount'] });
    const scraping = scrapePath(path);
    writeText(writes, await readRequest(requests, 0), 'once 1\n');
    expect((await scraping).body.toString()).toBe('once 1\n');
    expect(requests.messages).toHaveLength(1);
  });

  it('takes a path with a leading slash as the one without', async () => {
    const peer = dial();
    const { agentId, requests, writes } = await serve(peer);
    const path = freshPath();

    await peer.call('registerPath', { agentId, path: `/${path}` });

    const scraping = scrapePath(path);
    const request = await readRequest(requests, 0);
    writeText(writes, request, 'slash 1\n');
    expect(request).toMatchObject({ path: expect.stringMatching(`^/?${path}$`) });
    expect((await scraping).status).toBe(200);
  });

  it('takes a path of several segments', async () => {
    const peer = dial();
    const { agentId, requests, writes } = await serve(peer);
    const path = `site-a/db1/${freshPath()}`;

    const { answer } = await peer.call('registerPath', { agentId, path });

    expect(answer).toMatchObject({ valid: true });
    const scraping = scrapePath(path);
    writeText(writes, await readRequest(requests, 0), 'deep 1\n');
    expect((await scraping).status).toBe(200);
  });

  it.each(['', '/', 'a//b', 'a/./b', 'a/../b', '..', 'a/', '-/metrics', 'x'.repeat(1_025)])(
    'refuses %j in words, with the path id -1',
    async (path) => {
      const peer = dial();
      const agentId = await peer.register('refused');
      const { answer: counted } = await peer.call('pathMapSize', { agentId });

      const { code, answer } = await peer.call('registerPath', { agentId, path });

      expect(code).toBe(0);
      expect(answer).toMatchObject({
        valid: false,
        reason: expect.stringMatching(/\w/),
        pathId: -1,
        pathCount: counted?.['pathCount'],
      });
      expect((await peer.call('sendHeartBeat', { agentId })).answer).toMatchObject({ valid: true });
    },
  );

  it.each([
    ['a consolidated agent', true, 'Consolidated agent rejected for non-consolidated path /'],
    ['a plain agent', false, 'Non-consolidated agent rejected for consolidated path /'],
  ])('refuses %s at a path of the other kind', async (_who, consolidated, reason) => {
    const { path } = await serve(dial(), { consolidated: !consolidated });
    const newcomer = dial();
    const agentId = await newcomer.register('newcomer', { consolidated });

    const { answer } = await newcomer.call('registerPath', { agentId, path });

    expect(answer).toMatchObject({ valid: false, reason: `${reason}${path}`, pathId: -1 });
  });
});

describe('unregisterPath', () => {
  it('takes the path away at once', async () => {
    const { peer, agentId, path } = await serve(dial());

    const { answer } = await peer.call('unregisterPath', { agentId, path });

    expect(answer).toEqual({ valid: true, reason: '' });
    expect((await scrapePath(path)).status).toBe(404);
  });

  it('says that there is no such path', async () => {
    const { peer, agentId } = await serve(dial());

    const { answer } = await peer.call('unregisterPath', { agentId, path: 'never-there' });

    expect(answer).toMatchObject({ valid: false, reason: expect.stringContaining('never-there') });
  });

  it('leaves a path of another agent alone', async () => {
    const { path, requests, writes } = await serve(dial());
    const other = dial();
    const agentId = await other.register('other');

    const { answer } = await other.call('unregisterPath', { agentId, path });

    expect(answer).toMatchObject({ valid: false, reason: expect.stringMatching(/\w/) });
    const scraping = scrapePath(path);
    writeText(writes, await readRequest(requests, 0), 'still 1\n');
    expect((await scraping).status).toBe(200);
  });
});
