import { Bound } from '@app/operations';
import type { Capability } from '@app/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { Cancellation } from '@app/deadlines';
import { PendingScrapes } from '../scrape/pending-scrapes.js';
import { failure } from '../scrape/scrape-failure.js';
import { RecordingStream } from '../testing/recording-stream.js';
import { anAsk } from '../testing/scrape-asks.js';
import type { SessionEnd } from './agent-session.js';
import { StreamSession } from './stream-session.js';

const END: SessionEnd = { cause: 'disconnected', words: 'its connection closed' };
const GONE = failure('agent_disconnected', 'gone');

describe('a session over a stream that is asked', () => {
  let pendings: PendingScrapes;
  let session: StreamSession;
  let stream: RecordingStream;
  let nowMs: number;

  beforeEach(() => {
    nowMs = 0;
    pendings = new PendingScrapes(5);
    const origin = { connection: undefined, openedOver: '', peer: 'peer', identity: 'team-a' };
    session = new StreamSession(origin, pendings, new Bound(2), () => nowMs);
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
    const hangUp = new Cancellation();
    register(can);
    session.serve(stream);
    void session.ask(anAsk({ cancellation: hangUp }));
    const [asked] = stream.written;

    hangUp.cancel();

    const sent = cancels.map((cancel) => ({ agentId: session.id, scrapeId: asked!.scrapeId, ...cancel }));
    expect(stream.written.slice(1)).toEqual(sent);
    expect(session.inFlight).toBe(0);
  });

  it('cancels nothing that was never sent, or was answered', () => {
    const hangUp = new Cancellation();
    register(['scrape-cancel']);
    void session.ask(anAsk({ cancellation: hangUp }));
    hangUp.cancel();
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
});
