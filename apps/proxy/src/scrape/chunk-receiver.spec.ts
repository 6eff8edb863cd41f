import { randomBytes } from 'node:crypto';
import { cutChunks } from '@app/chunking';
import { beforeEach, describe, expect, it } from 'vitest';
import { StreamSession } from '../agents/stream-session.js';
import { bodyMessages, chunkMessage, headerMessage, summaryMessage } from '../testing/chunk-messages.js';
import { anAsk } from '../testing/scrape-asks.js';
import { BodyMemory } from './body-memory.js';
import { ChunkReceiver, type ChunkReceiverContext } from './chunk-receiver.js';
import { PendingScrapes } from './pending-scrapes.js';
import type { ScrapeAnswer } from './scrape-answer.js';
import { failure } from './scrape-failure.js';

const KIB = 1024;
const BODY = randomBytes(100 * KIB);
const LARGE = randomBytes(2 * 1024 * KIB);

describe('the receiver of bodies in chunks', () => {
  let pendings: PendingScrapes;
  let memory: BodyMemory;
  let session: StreamSession;
  let problems: string[];

  beforeEach(() => {
    pendings = new PendingScrapes(20);
    memory = new BodyMemory(16 * 1024 * KIB);
    session = aSession();
    problems = [];
    return () => pendings.failAll(failure('proxy_stopping', 'over'));
  });

  const aSession = (): StreamSession => {
    const origin = { connection: undefined, peer: '', identity: undefined };
    return new StreamSession(origin, pendings, 20, () => performance.now());
  };
  const receiverOf = (context: Partial<ChunkReceiverContext> = {}): ChunkReceiver =>
    new ChunkReceiver({
      pendingScrapes: pendings,
      memory,
      maxBodyBytes: 4 * 1024 * KIB,
      isOwnCall: false,
      maxLargeBodies: 2,
      boundSession: undefined,
      sessionOf: (agentId) => (agentId === session.id ? session : undefined),
      onProblem: (problem) => problems.push(problem),
      ...context,
    });
  let nextId = 1;
  beforeEach(() => (nextId = 1));
  const ask = (signal?: AbortSignal): { id: number; answer: Promise<ScrapeAnswer> } => ({
    answer: session.ask(anAsk(signal === undefined ? {} : { signal })),
    id: nextId++,
  });
  const from = (agent: StreamSession): { headerAgentId: string } => ({ headerAgentId: agent.id });
  const bytesOf = async (answer: Promise<ScrapeAnswer>): Promise<Buffer | undefined> => {
    const one = await answer;
    if (one.kind !== 'success') {
      return undefined;
    }
    one.body.release();
    return Buffer.concat(one.body.pieces);
  };

  it('joins bodies that interleave, each by its scrape', async () => {
    const receiver = receiverOf();
    const bodies = [BODY, randomBytes(90 * KIB)];
    const asks = bodies.map(() => ask());
    const messages = bodies.map((body, index) => bodyMessages(asks[index]!.id, body, from(session)));

    messages[0]!.forEach((message, index) => {
      void receiver.receive(message);
      void receiver.receive(messages[1]![index] ?? message);
    });

    const received = await Promise.all(asks.map(({ answer }) => bytesOf(answer)));
    expect(received.map((bytes, index) => bytes?.equals(bodies[index]!))).toEqual([true, true]);
    expect(memory.held).toBe(0);
  });

  it('takes a body without any chunk', async () => {
    const { id, answer } = ask();
    const receiver = receiverOf();

    bodyMessages(id, Buffer.alloc(0), from(session)).forEach((message) => void receiver.receive(message));

    expect(await bytesOf(answer)).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['for a scrape that nobody waits for', 77, () => session.id],
    ["with an id that is not the agent's to use", 1, () => 'somebody else'],
  ])('drops and counts a body %s', (_title, scrapeId, agentId) => {
    ask();
    const receiver = receiverOf();

    bodyMessages(scrapeId, BODY, { headerAgentId: agentId() }, 64 * KIB).forEach(
      (message) => void receiver.receive(message),
    );

    expect(new Set(problems)).toEqual(new Set(['unknown_scrape']));
    expect([memory.held, pendings.size]).toEqual([0, 1]);
  });

  it('drops and counts a message with nothing in it', () => {
    void receiverOf().receive({ chunkOneOf: undefined });

    expect(problems).toEqual(['unknown_scrape']);
  });

  it('fails a scrape as its header says', async () => {
    const { id, answer } = ask();

    void receiverOf().receive(
      headerMessage({
        headerScrapeId: id,
        headerStatusCode: 503,
        headerFailureReason: 'refused',
        ...from(session),
      }),
    );

    expect(await answer).toMatchObject({ code: 'target_unreachable' });
  });

  it('fails one scrape only when a chunk is broken, and goes on with the others', async () => {
    const [broken, whole] = [ask(), ask()];
    const receiver = receiverOf();
    const [chunk] = cutChunks(BODY, 128 * KIB).chunks;

    void receiver.receive(headerMessage({ headerScrapeId: broken.id, ...from(session) }));
    void receiver.receive(chunkMessage(broken.id, chunk!, { chunkChecksum: 1 }));
    bodyMessages(whole.id, BODY, from(session)).forEach((message) => void receiver.receive(message));

    expect(await broken.answer).toMatchObject({ code: 'invalid_payload' });
    expect((await bytesOf(whole.answer))?.equals(BODY)).toBe(true);
    expect([problems, memory.held]).toEqual([['chunk'], 0]);
  });

  it('fails a scrape whose summary is that of a body given up', async () => {
    const { id, answer } = ask();
    const receiver = receiverOf();
    const [header, chunk] = bodyMessages(id, BODY, from(session));

    [header!, chunk!, summaryMessage(id, Buffer.alloc(0), 0)].forEach(
      (message) => void receiver.receive(message),
    );

    expect(await answer).toMatchObject({ kind: 'failure', status: 502 });
    expect([problems, memory.held]).toEqual([['summary'], 0]);
  });

  it('fails what is unfinished when the call ends, and counts it', async () => {
    const { id, answer } = ask();
    const receiver = receiverOf();
    bodyMessages(id, BODY, from(session))
      .slice(0, -1)
      .forEach((message) => void receiver.receive(message));

    receiver.close();

    expect(await answer).toMatchObject({ code: 'target_unreachable' });
    expect([problems, memory.held, pendings.size]).toEqual([['abandoned'], 0, 0]);
  });

  it('counts nothing when the call ends after everything was answered', async () => {
    const hangUp = new AbortController();
    const [answered, abandoned] = [ask(), ask(hangUp.signal)];
    const receiver = receiverOf();
    bodyMessages(answered.id, BODY, from(session)).forEach((message) => void receiver.receive(message));
    void receiver.receive(headerMessage({ headerScrapeId: abandoned.id, ...from(session) }));

    hangUp.abort();
    receiver.close();

    await bytesOf(answered.answer);
    expect([problems, memory.held]).toEqual([[], 0]);
  });

  it('joins a body whose chunks come on another call of the session than its header', async () => {
    const { id, answer } = ask();
    const [one, other] = [receiverOf({ boundSession: session }), receiverOf({ boundSession: session })];
    const [header, ...chunks] = bodyMessages(id, BODY, from(session));

    void one.receive(header!);
    chunks.forEach((chunk) => void other.receive(chunk));

    expect((await bytesOf(answer))?.equals(BODY)).toBe(true);
  });

  it('stores a large body that comes on a shared call, and lets one flow that comes on its own', async () => {
    const [shared, own] = [ask(), ask()];
    const send = (receiver: ChunkReceiver, id: number): void =>
      bodyMessages(id, LARGE, from(session))
        .slice(0, -1)
        .forEach((message) => void receiver.receive(message));

    send(receiverOf(), shared.id);
    send(receiverOf({ isOwnCall: true }), own.id);

    const flowing = await own.answer;
    expect(flowing).toMatchObject({ kind: 'success' });
    expect(pendings.size).toBe(2);
  });

  it('asks its call to wait while the reader of a flowing body has enough', async () => {
    const { id, answer } = ask();
    const receiver = receiverOf({ isOwnCall: true });
    const waits = bodyMessages(id, LARGE, from(session))
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
    const receivers = [1, 2, 3, 4].map(() => receiverOf({ isOwnCall: true }));
    const asks = receivers.map(() => ask());
    const begin = (index: number): unknown =>
      receivers[index]!.receive(headerMessage({ headerScrapeId: asks[index]!.id, ...from(session) }));

    [0, 1, 2].forEach(begin);
    receivers[0]!.close();
    begin(3);

    expect(await asks[2]!.answer).toMatchObject({ code: 'overloaded' });
    expect(pendings.find(asks[3]!.id, session)?.transfer).toBeDefined();
    receivers.forEach((receiver) => receiver.close());
    expect(session.largeBodies).toBe(0);
  });

  it('gives back what it holds when an agent begins a body anew, also one that flows', async () => {
    const { id, answer } = ask();
    const receiver = receiverOf({ isOwnCall: true });
    const messages = bodyMessages(id, LARGE, from(session));

    [...messages.slice(0, -1), ...messages].forEach((message) => void receiver.receive(message));

    const one = await answer;
    const rest = one.kind === 'success' ? one.body.rest : undefined;
    await expect.poll(() => rest?.destroyed).toBe(true);
    pendings.failAll(failure('proxy_stopping', 'over'));
    if (one.kind === 'success') {
      one.body.release();
    }
    expect(memory.held).toBe(0);
  });
});
