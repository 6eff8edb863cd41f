import { connect, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { FLAG, FRAME, Http2Peer } from '../../../test/support/http2-peer.js';
import { onceWithin } from '../../../test/support/once-within.js';
import { stagePerTest } from '../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from './testing/proxy-under-test.js';
import { WireAgent } from './testing/wire-agent.js';

const CONNECT = '/ProxyService/connectAgent';

describe('the bounds of connections', () => {
  const stage = stagePerTest();

  const dial = async (port: number): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    stage.atEnd(() => void socket.destroy());
    socket.on('error', () => undefined).resume();
    await onceWithin(socket, 'connect', 5_000);
    return socket;
  };

  /** An HTTP/2 peer that answers pings, so that nothing but a bound ends its connection. */
  const politePeer = async (port: number): Promise<Http2Peer> => {
    const peer = await Http2Peer.connect(stage, port);
    peer.onFrame = ({ type, flags, payload }) => {
      if (type === FRAME.PING && flags === 0) peer.send(FRAME.PING, FLAG.ACK, 0, payload);
    };
    return peer;
  };

  it.each([
    { limits: { unknownConnectionSecs: 1 } },
    { limits: { unknownConnectionSecs: 100 }, grpc: { handshakeTimeoutSecs: 1 } },
  ])('end a connection to the agent port over which nothing was admitted: %j', async (options) => {
    const proxy = await ProxyUnderTest.start(stage, { agentToken: 'right', ...options });
    const agent = new WireAgent(stage, proxy.agentPort, 'right');
    await agent.connect();
    const stranger = await politePeer(proxy.agentPort);

    stranger.call(1, CONNECT, { 'agent-token': 'wrong' });
    await vi.waitFor(() => expect(stranger.isClosed).toBe(true), { timeout: 5_000 });

    expect(await proxy.metric('proxy_agent_connections_refused_total')).toBe(1);
    await vi.waitFor(async () => expect(await proxy.metric('proxy_agent_port_connections')).toBe(1));
    expect(await proxy.metric('proxy_unknown_connections')).toBe(0);
    expect((await agent.heartBeat()).valid).toBe(true);
  });

  it('let an agent in while others only connect', async () => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { maxUnknownConnections: 5 } });
    await Promise.all(Array.from({ length: 50 }, () => dial(proxy.agentPort)));

    await WireAgent.serving(stage, proxy.agentPort, ['app']);

    expect(await proxy.metric('proxy_agent_map_size')).toBe(1);
    expect(await proxy.metric('proxy_agent_port_connections')).toBe(5);
    expect(await proxy.metric('proxy_unknown_connections')).toBe(4);
  });

  it('end a connection that opens more calls than it may', async () => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { maxCallsPerConnection: 2 } });
    const peer = await politePeer(proxy.agentPort);
    await vi.waitFor(() => expect(peer.received.length).toBeGreaterThan(0));
    peer.send(FRAME.SETTINGS, FLAG.ACK, 0);

    [1, 3, 5].forEach((streamId) => peer.call(streamId, '/ProxyService/writeResponsesToProxy'));

    await vi.waitFor(() => expect(peer.isClosed).toBe(true));
    const bound = { bound: 'limits.maxCallsPerConnection' };
    expect(await proxy.metric('proxy_bound_limit', bound)).toBe(2);
    expect(await proxy.metric('proxy_bound_reached_total', bound)).toBe(1);
    await vi.waitFor(async () => expect(await proxy.metric('proxy_agent_calls')).toBe(0));
    const goAway = peer.received.find(({ type }) => type === FRAME.GOAWAY);
    expect(goAway?.payload.toString('latin1')).toContain('max concurrent streams exceeded');
  });

  it('take as many agents of one address as they may', async () => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { maxSessionsPerAddress: 1 } });
    await new WireAgent(stage, proxy.agentPort).connect();

    const refused = await new WireAgent(stage, proxy.agentPort).connect();

    expect(await proxy.metric('proxy_busiest_address_agents')).toBe(1);
    expect(refused.error?.details).toMatch(/^The proxy has as many agents of \S+ as it may: 1$/);
  });

  it('close a connection to the scrape port that is one too many', async () => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { maxScraperConnections: 2 } });
    const [first] = [await dial(proxy.httpPort), await dial(proxy.httpPort)];

    const third = await dial(proxy.httpPort);
    await onceWithin(third, 'close', 2_000);
    const counted = [
      await proxy.metric('proxy_scraper_connections'),
      await proxy.metric('proxy_scraper_connections_refused_total'),
    ];
    first.destroy();
    await vi.waitFor(async () => expect(await proxy.metric('proxy_scraper_connections')).toBe(1));

    expect(counted).toEqual([2, 1]);
    expect(outcomeOf(await proxy.scrape('nothing'))).toBe('404 invalid_path');
  });

  it.each([
    ['says nothing', ''],
    ['sends its request a byte at a time', 'GET /x HTTP/1.1\r\nHost: proxy\r\nX-Slow: '],
  ])('end the connection of a scraper that %s', async (_title, beginning) => {
    const proxy = await ProxyUnderTest.start(stage, { http: { requestTimeoutSecs: 1 } });
    const socket = await dial(proxy.httpPort);

    socket.write(beginning);
    const drip = setInterval(() => beginning !== '' && socket.writable && socket.write('a'), 100);
    stage.atEnd(() => clearInterval(drip));

    await onceWithin(socket, 'close', 4_000);
  });

  it('end the connection of a scraper whose request has a body that never ends, once it is answered', async () => {
    const proxy = await ProxyUnderTest.start(stage);
    const socket = await dial(proxy.httpPort);

    socket.write('GET /nothing HTTP/1.1\r\nHost: proxy\r\nContent-Length: 5000000\r\n\r\n');
    const drip = setInterval(() => socket.writable && socket.write('a'), 50);
    stage.atEnd(() => clearInterval(drip));

    await onceWithin(socket, 'close', 5_000);
  });

  it('end the connection of a scraper that asks on and on and reads nothing', async () => {
    const proxy = await ProxyUnderTest.start(stage, { internal: { scrapeRequestTimeoutSecs: 1 } });
    const socket = await dial(proxy.httpPort);
    socket.pause();

    const requests = `GET /${'a'.repeat(1_000)} HTTP/1.1\r\nHost: proxy\r\n\r\n`.repeat(100);
    for (let sent = 0; sent < 80; sent += 1) socket.write(requests);

    await vi.waitFor(async () => expect(await proxy.metric('proxy_scraper_connections')).toBe(0), {
      timeout: 14_000,
      interval: 200,
    });
  }, 20_000);

  it.each([
    [1_000, '404 invalid_path'],
    [2_000, '431 bad_request'],
  ])('answer a request whose head has %d bytes with %s', async (bytes, outcome) => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { maxRequestHeadBytes: 1_500 } });

    const result = await proxy.scrape('nothing', { headers: { 'X-Long': 'a'.repeat(bytes) } });

    expect(outcomeOf(result)).toBe(outcome);
    const reached = await proxy.metric('proxy_bound_reached_total', { bound: 'limits.maxRequestHeadBytes' });
    expect(reached).toBe(outcome.startsWith('431') ? 1 : 0);
  });

  it.each([
    [20, '404 invalid_path', 0],
    [21, '400 bad_request', 1],
  ])('answer a request whose query has %d characters with %s', async (length, outcome, reached) => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { maxQueryLength: 20 } });

    expect(outcomeOf(await proxy.scrape(`nothing?${'a'.repeat(length)}`))).toBe(outcome);
    expect(await proxy.metric('proxy_bound_reached_total', { bound: 'limits.maxQueryLength' })).toBe(reached);
  });

  it('count the calls that an agent has open', async () => {
    const proxy = await ProxyUnderTest.start(stage);
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    await vi.waitFor(async () => expect(await proxy.metric('proxy_agent_calls')).toBeGreaterThan(0));

    agent.vanish();

    await vi.waitFor(async () => expect(await proxy.metric('proxy_agent_calls')).toBe(0));
  });

  it('let nobody hold half a message who is not admitted: the call ends at once', async () => {
    const proxy = await ProxyUnderTest.start(stage, { agentToken: 'right' });
    const stranger = await politePeer(proxy.agentPort);
    const head = Buffer.from([0, 0, 0x30, 0, 0]);

    stranger.call(1, '/ProxyService/writeResponsesToProxy', { 'agent-token': 'wrong' });
    stranger.send(FRAME.DATA, 0, 1, head);
    stranger.send(FRAME.DATA, 0, 1, Buffer.alloc(16_000));

    await vi.waitFor(() => expect(stranger.received.some(({ type }) => type === FRAME.HEADERS)).toBe(true));
    await vi.waitFor(async () => expect(await proxy.metric('proxy_agent_calls')).toBe(0));
    expect(stranger.isClosed).toBe(false);
  });
});
