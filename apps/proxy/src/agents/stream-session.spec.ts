import { Bound } from '@app/operations';
import { beforeEach, describe, expect, it } from 'vitest';
import { PendingScrapes } from '../scrape/pending-scrapes.js';
import { failure } from '../scrape/scrape-failure.js';
import { RecordingStream } from '../testing/recording-stream.js';
import { anAsk } from '../testing/scrape-asks.js';
import type { SessionEnd } from './agent-session.js';
import { StreamSession } from './stream-session.js';

const END: SessionEnd = { cause: 'disconnected', words: 'its connection closed' };
const GONE = failure('agent_disconnected', 'gone');

describe('a session over a stream', () => {
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

  const register = (): void =>
    session.register({
      launchId: 'l',
      name: 'edge-7',
      hostName: 'h',
      isConsolidated: false,
      capabilities: new Set(),
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
      [false, false],
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

  it('keeps what its agent said first', () => {
    register();
    const first = session.agent;

    session.register({ ...first, name: 'other', isConsolidated: !first.isConsolidated });

    expect(session.agent).toBe(first);
  });
});
