import { randomBytes } from 'node:crypto';
import { cutChunks } from '@app/chunking';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cancellation } from '@app/deadlines';
import { bodyMessages, chunkMessage, headerMessage, summaryMessage } from '../testing/chunk-messages.js';
import { ChunkScene } from '../testing/chunk-scene.js';
import type { ScrapeAnswer } from './scrape-answer.js';

const KIB = 1024;
const BODY = randomBytes(100 * KIB);

describe('the receiver of bodies in chunks', () => {
  let scene: ChunkScene;

  beforeEach(() => {
    scene = new ChunkScene();
  });
  afterEach(() => scene.end());

  const bytesOf = async (answer: Promise<ScrapeAnswer>): Promise<Buffer | undefined> => {
    const one = await answer;
    if (one.kind !== 'success') {
      return undefined;
    }
    one.body.release();
    return Buffer.concat(one.body.pieces);
  };

  it('joins bodies that interleave, each by its scrape', async () => {
    const receiver = scene.receiver();
    const bodies = [BODY, randomBytes(90 * KIB)];
    const asks = bodies.map(() => scene.ask());
    const messages = bodies.map((body, index) => bodyMessages(asks[index]!.id, body, scene.from));

    messages[0]!.forEach((message, index) => {
      void receiver.receive(message);
      void receiver.receive(messages[1]![index] ?? message);
    });

    const received = await Promise.all(asks.map(({ answer }) => bytesOf(answer)));
    expect(received.map((bytes, index) => bytes?.equals(bodies[index]!))).toEqual([true, true]);
    expect(scene.memory.held).toBe(0);
  });

  it('takes a body without any chunk', async () => {
    const { id, answer } = scene.ask();
    const receiver = scene.receiver();

    bodyMessages(id, Buffer.alloc(0), scene.from).forEach((message) => void receiver.receive(message));

    expect(await bytesOf(answer)).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['for a scrape that nobody waits for', 77, () => scene.session.id],
    ["with an id that is not the agent's to use", 1, () => 'somebody else'],
  ])('drops and counts a body %s', (_title, scrapeId, agentId) => {
    scene.ask();
    const receiver = scene.receiver();

    bodyMessages(scrapeId, BODY, { headerAgentId: agentId() }, 64 * KIB).forEach(
      (message) => void receiver.receive(message),
    );

    expect(new Set(scene.problems)).toEqual(new Set(['unknown_scrape']));
    expect([scene.memory.held, scene.pendings.size]).toEqual([0, 1]);
  });

  it('drops and counts a message with nothing in it', () => {
    void scene.receiver().receive({ chunkOneOf: undefined });

    expect(scene.problems).toEqual(['unknown_scrape']);
  });

  it('fails a scrape as its header says', async () => {
    const { id, answer } = scene.ask();

    void scene.receiver().receive(
      headerMessage({
        headerScrapeId: id,
        headerStatusCode: 503,
        headerFailureReason: 'refused',
        ...scene.from,
      }),
    );

    expect(await answer).toMatchObject({ code: 'target_unreachable' });
  });

  it('fails one scrape only when a chunk is broken, and goes on with the others', async () => {
    const [broken, whole] = [scene.ask(), scene.ask()];
    const receiver = scene.receiver();
    const [chunk] = cutChunks(BODY, 128 * KIB).chunks;

    void receiver.receive(headerMessage({ headerScrapeId: broken.id, ...scene.from }));
    void receiver.receive(chunkMessage(broken.id, chunk!, { chunkChecksum: 1 }));
    bodyMessages(whole.id, BODY, scene.from).forEach((message) => void receiver.receive(message));

    expect(await broken.answer).toMatchObject({ code: 'invalid_payload' });
    expect((await bytesOf(whole.answer))?.equals(BODY)).toBe(true);
    expect([scene.problems, scene.memory.held]).toEqual([['chunk'], 0]);
  });

  it('fails a scrape whose summary is that of a body given up', async () => {
    const { id, answer } = scene.ask();
    const receiver = scene.receiver();
    const [header, chunk] = bodyMessages(id, BODY, scene.from);

    [header!, chunk!, summaryMessage(id, Buffer.alloc(0), 0)].forEach(
      (message) => void receiver.receive(message),
    );

    expect(await answer).toMatchObject({ kind: 'failure', status: 502 });
    expect([scene.problems, scene.memory.held]).toEqual([['summary'], 0]);
  });

  it('fails what is unfinished when the call ends, and counts it', async () => {
    const { id, answer } = scene.ask();
    const receiver = scene.receiver();
    bodyMessages(id, BODY, scene.from)
      .slice(0, -1)
      .forEach((message) => void receiver.receive(message));

    receiver.close();

    expect(await answer).toMatchObject({ code: 'target_unreachable' });
    expect([scene.problems, scene.memory.held, scene.pendings.size]).toEqual([['abandoned'], 0, 0]);
  });

  it('counts nothing when the call ends after everything was answered', async () => {
    const hangUp = new Cancellation();
    const [answered, abandoned] = [scene.ask(), scene.ask(hangUp)];
    const receiver = scene.receiver();
    bodyMessages(answered.id, BODY, scene.from).forEach((message) => void receiver.receive(message));
    void receiver.receive(headerMessage({ headerScrapeId: abandoned.id, ...scene.from }));

    hangUp.cancel();
    receiver.close();

    await bytesOf(answered.answer);
    expect([scene.problems, scene.memory.held]).toEqual([[], 0]);
  });

  it('joins a body whose chunks come on another call of the session than its header', async () => {
    const { id, answer } = scene.ask();
    const [one, other] = [
      scene.receiver({ boundSession: scene.session }),
      scene.receiver({ boundSession: scene.session }),
    ];
    const [header, ...chunks] = bodyMessages(id, BODY, scene.from);

    void one.receive(header!);
    chunks.forEach((chunk) => void other.receive(chunk));

    expect((await bytesOf(answer))?.equals(BODY)).toBe(true);
  });
});
