import { EventEmitter } from 'node:events';
import type { Capability, ScrapeRequestInit } from '@app/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { PendingScrapes } from '../scrape/pending-scrapes.js';
import { failure } from '../scrape/scrape-failure.js';
import { anAsk } from '../testing/scrape-asks.js';
import type { SessionEnd } from './agent-session.js';
import { StreamSession, type ReadStream } from './stream-session.js';

const END: SessionEnd = { cause: 'disconnected', words: 'its connection closed' };
const GONE = failure('agent_disconnected', 'gone');

class RecordingStream extends EventEmitter implements ReadStream {
  readonly written: ScrapeRequestInit[] = [];
  finished = 0;

  write(message: ScrapeRequestInit): boolean {
    this.written.push(message);
    return true;
  }

  finish(): void {
    this.finished += 1;
  }
}

describe('a session over a stream', () => {
  let pendings: PendingScrapes;
  let session: StreamSession;
  let stream: RecordingStream;
  let nowMs: number;

  beforeEach(() => {
    nowMs = 0;
    pendings = new PendingScrapes(5);
    const origin = { connection: undefined, peer: 'peer', identity: 'team-a' };
    session = new StreamSession(origin, pendings, 2, () => nowMs);
    stream = new RecordingStream();
    return () => pendings.failAll(GONE);
  });

  const register = (capabilities: Capability[] = []): void =>
    session.register({
      launchId: 'l',
      name: 'edge-7',
      hostName: 'h',
      isConsolidated: false,
      capabilities: new Set(capabilities),
    });

  it('goes from connected to registered, serving and ended', () => {
    const seen = [[session.isAvailable, session.isEnded]];
    const look = (): unknown => seen.push([session.isAvailable, session.isEnded]);

    register();
    look();
    session.serve(stream);
    look();
    session.invalidate(END);
    look();

    expect(seen).toEqual([
      [false, false],
      [true, false],
      [true, false],
      [false, true],
    ]);
  });

  it('knows for how long its agent could have opened its stream, whatever heartbeats say', () => {
    nowMs = 10;
    session.stepped();
    nowMs = 25;
    session.heard();
    const waiting = session.unservedForMs;
    session.drain();
    const draining = session.unservedForMs;

    session.serve(stream);
    const serving = session.unservedForMs;
    session.invalidate(END);

    expect([waiting, draining, serving, session.unservedForMs]).toEqual([15, 15, 0, 0]);
  });

  it('asks with everything the scraper said', () => {
    register();
    session.serve(stream);

    void session.ask(anAsk({ path: 'a/b', query: 'x=1', accept: 'text/plain', authorization: 'Basic eDp5' }));

    expect(stream.written).toEqual([
      {
        agentId: session.id,
        scrapeId: expect.any(Number) as number,
        path: 'a/b',
        accept: 'text/plain',
        encodedQueryParams: 'x=1',
        authHeader: 'Basic eDp5',
        budgetMillis: undefined,
      },
    ]);
  });

  it('tells the budget, as it is when the request is sent, to an agent that can use it', () => {
    register(['scrape-budget']);
    const ask = anAsk({ deadlineAt: performance.now() + 10_000 });
    void session.ask(ask);

    nowMs = ask.deadlineAt - 1_000;
    session.serve(stream);

    expect(stream.written[0]?.budgetMillis).toBe(950);
  });

  it.each([
    ['the scraper hangs up', ['scrape-cancel'], [{ cancelled: true }]],
    ['the scraper hangs up on an older agent', [], []],
  ] as [string, Capability[], object[]][])('takes a request back when %s', (_title, can, cancels) => {
    const hangUp = new AbortController();
    register(can);
    session.serve(stream);
    void session.ask(anAsk({ signal: hangUp.signal }));
    const [asked] = stream.written;

    hangUp.abort();

    const sent = cancels.map((cancel) => ({ agentId: session.id, scrapeId: asked!.scrapeId, ...cancel }));
    expect(stream.written.slice(1)).toEqual(sent);
    expect(session.inFlight).toBe(0);
  });

  it('cancels nothing that was never sent, or was answered', () => {
    const hangUp = new AbortController();
    register(['scrape-cancel']);
    void session.ask(anAsk({ signal: hangUp.signal }));
    hangUp.abort();
    session.serve(stream);
    void session.ask(anAsk());

    pendings.find(2, session)?.settle(GONE);

    expect(stream.written.map(({ cancelled }) => cancelled)).toEqual([undefined]);
  });

  it('says overloaded at its own bound and at that of all sessions', async () => {
    register();
    void session.ask(anAsk());
    void session.ask(anAsk());
    const queueFull = await session.ask(anAsk());
    session.serve(stream);
    [1, 2, 3].forEach(() => void session.ask(anAsk()));
    const allInFlight = await session.ask(anAsk());

    expect(queueFull).toEqual(failure('overloaded', '2 scrapes wait for agent edge-7'));
    expect(allInFlight).toEqual(failure('overloaded', '5 scrapes are in flight in the proxy'));
    expect([session.queued, session.inFlight, pendings.size]).toEqual([0, 5, 5]);
  });

  it('cannot be asked once it has ended, and says why', async () => {
    session.invalidate(END);

    expect(await session.ask(anAsk())).toEqual(failure('agent_disconnected', 'its connection closed'));
    expect(pendings.size).toBe(0);
  });

  it('ends once, and finishes its stream when it is closed', () => {
    register();
    session.serve(stream);

    const outcomes = [session.invalidate(END), session.invalidate(END)];
    const before = stream.finished;
    session.close();

    expect([outcomes, before, stream.finished]).toEqual([[true, false], 0, 1]);
    expect(session.isServedBy(stream)).toBe(false);
  });

  it('finishes a stream that comes after its end at once', () => {
    session.invalidate(END);

    session.serve(stream);

    expect([stream.finished, session.isServedBy(stream)]).toEqual([1, false]);
  });

  it('goes over to a later stream and finishes the earlier one', () => {
    const later = new RecordingStream();
    register();
    session.serve(stream);

    session.serve(later);
    void session.ask(anAsk());

    expect([stream.finished, later.finished]).toEqual([1, 0]);
    expect([stream.written.length, later.written.length]).toEqual([0, 1]);
    expect([session.isServedBy(stream), session.isServedBy(later)]).toEqual([false, true]);
  });

  it('takes nothing new while it drains, also over a later stream', () => {
    register();
    session.serve(stream);

    session.drain();
    const draining = session.isAvailable;
    session.serve(new RecordingStream());

    expect([draining, session.isAvailable, session.isEnded]).toEqual([false, false, false]);
  });

  it('is still served by its stream while it drains', () => {
    register();
    session.serve(stream);

    session.drain();
    void session.ask(anAsk());

    expect([session.isServedBy(stream), stream.written.length]).toEqual([true, 1]);
  });

  it('knows for how long nothing was heard', () => {
    nowMs = 5_000;
    const silentForMs = session.silentForMs;

    session.heard();

    expect([silentForMs, session.silentForMs]).toEqual([5_000, 0]);
  });
});
