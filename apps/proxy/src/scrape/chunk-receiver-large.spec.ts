import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyMessages, headerMessage } from '../testing/chunk-messages.js';
import { ChunkScene } from '../testing/chunk-scene.js';
import type { ChunkReceiver } from './chunk-receiver.js';

const LARGE = randomBytes(2 * 1024 * 1024);

describe('the receiver of large bodies', () => {
  let scene: ChunkScene;

  beforeEach(() => {
    scene = new ChunkScene();
  });
  afterEach(() => scene.end());

  it('stores a large body that comes on a shared call, and lets one flow that comes on its own', async () => {
    const [shared, own] = [scene.ask(), scene.ask()];
    const send = (receiver: ChunkReceiver, id: number): void =>
      bodyMessages(id, LARGE, scene.from)
        .slice(0, -1)
        .forEach((message) => void receiver.receive(message));

    send(scene.receiver(), shared.id);
    send(scene.receiver({ isOwnCall: true }), own.id);

    const flowing = await own.answer;
    expect(flowing).toMatchObject({ kind: 'success' });
    expect(scene.pendings.size).toBe(2);
  });

  it('asks its call to wait while the reader of a flowing body has enough', async () => {
    const { id, answer } = scene.ask();
    const receiver = scene.receiver({ isOwnCall: true });
    const waits = bodyMessages(id, LARGE, scene.from)
      .slice(0, -1)
      .map((message) => receiver.receive(message))
      .filter((wait) => wait !== undefined);

    const one = await answer;
    const rest = one.kind === 'success' ? one.body.rest : undefined;
    rest?.resume();

    expect(waits.length).toBeGreaterThan(0);
    await waits.at(-1);
  });

  it('takes as many large bodies of one agent at once as it may, and another when one is through', async () => {
    const receivers = [1, 2, 3, 4].map(() => scene.receiver({ isOwnCall: true }));
    const asks = receivers.map(() => scene.ask());
    const begin = (index: number): unknown =>
      receivers[index]!.receive(headerMessage({ headerScrapeId: asks[index]!.id, ...scene.from }));

    [0, 1, 2].forEach(begin);
    receivers[0]!.close();
    begin(3);

    expect(await asks[2]!.answer).toMatchObject({ code: 'overloaded' });
    expect(scene.pendings.find(asks[3]!.id, scene.session)?.transfer).toBeDefined();
    receivers.forEach((receiver) => receiver.close());
    expect(scene.session.largeBodies).toBe(0);
  });

  it('gives back what it holds when an agent begins a body anew, also one that flows', async () => {
    const { id, answer } = scene.ask();
    const receiver = scene.receiver({ isOwnCall: true });
    const messages = bodyMessages(id, LARGE, scene.from);

    [...messages.slice(0, -1), ...messages].forEach((message) => void receiver.receive(message));

    const one = await answer;
    const rest = one.kind === 'success' ? one.body.rest : undefined;
    await expect.poll(() => rest?.destroyed).toBe(true);
    scene.end();
    if (one.kind === 'success') {
      one.body.release();
    }
    expect(scene.memory.held).toBe(0);
  });
});
