import { CAPABILITIES } from '@app/protocol';
import { describe, expect, it } from 'vitest';
import { readRequest, writeText } from './raw-peer.js';
import { rawStage, type ServingPeer } from './raw-stage.js';

const { dial, serve, scrapePath } = rawStage();

/** Scrape a path, and have this peer answer under its name. */
async function expectServedBy({ requests, writes, agentId }: ServingPeer, path: string): Promise<void> {
  const count = requests.messages.length;
  const scraping = scrapePath(path);
  writeText(writes, await readRequest(requests, count), `from{id="${agentId}"} 1\n`);
  expect((await scraping).body.toString()).toBe(`from{id="${agentId}"} 1\n`);
}

describe('a plain path that a living agent holds, claimed by another', () => {
  it('stays with its holder, and an older newcomer is told that it has it', async () => {
    const holder = await serve(dial());
    const newcomer = await serve(dial());

    const { answer } = await newcomer.peer.call('registerPath', {
      agentId: newcomer.agentId,
      path: holder.path,
    });

    expect(answer).toMatchObject({ valid: true, reason: '' });
    await expectServedBy(holder, holder.path);
    await expectServedBy(newcomer, newcomer.path);
    expect([holder.requests.isEnded, newcomer.requests.isEnded]).toEqual([false, false]);
  });

  it('is refused to a newcomer with capabilities, in words that name the holder', async () => {
    const holder = await serve(dial());
    const newcomer = await serve(dial(), { capabilities: [...CAPABILITIES] });

    const { answer } = await newcomer.peer.call('registerPath', {
      agentId: newcomer.agentId,
      path: holder.path,
    });

    expect(answer).toMatchObject({
      valid: false,
      pathId: -1,
      reason: expect.stringContaining(holder.path),
    });
    await expectServedBy(holder, holder.path);
    await expectServedBy(newcomer, newcomer.path);
  });

  it('passes to the older newcomer as soon as its holder leaves', async () => {
    const holder = await serve(dial());
    const newcomer = await serve(dial());
    await newcomer.peer.call('registerPath', { agentId: newcomer.agentId, path: holder.path });
    await expectServedBy(holder, holder.path);

    const { answer } = await holder.peer.call('unregisterPath', {
      agentId: holder.agentId,
      path: holder.path,
    });

    expect(answer).toMatchObject({ valid: true });
    await expectServedBy(newcomer, holder.path);
  });

  it('passes at once to the same process that connected again', async () => {
    const holder = await serve(dial(), { launchId: 'the same process' });
    const again = await serve(dial(), { launchId: 'the same process' });

    const { answer } = await again.peer.call('registerPath', { agentId: again.agentId, path: holder.path });

    expect(answer).toMatchObject({ valid: true });
    expect(await holder.requests.status()).toMatchObject({ code: 0 });
    await expectServedBy(again, holder.path);
  });
});
