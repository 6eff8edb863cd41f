import { describe, expect, it, vi } from 'vitest';
import { FLAG, FRAME, type Frame, Http2Peer } from '../../../test/support/http2-peer.js';
import { stagePerTest } from '../../../test/support/stage.js';
import { ProxyUnderTest } from './testing/proxy-under-test.js';
import { WireAgent } from './testing/wire-agent.js';

const MIB = 1024 * 1024;
const WRITE_CALL = '/ProxyService/writeResponsesToProxy';
const PIECE_BYTES = 16_000;
/** Of each piece, as it is counted. */
const COST_BYTES = 400;
const ENHANCE_YOUR_CALM = 11;

describe('messages that are not complete', () => {
  const stage = stagePerTest();

  /** A peer for whom the windows of the proxy are open. */
  const openPeer = async (proxy: ProxyUnderTest): Promise<Http2Peer> => {
    const peer = await Http2Peer.connect(stage, proxy.agentPort);
    peer.onFrame = ({ type, flags, payload }) => {
      if (type === FRAME.SETTINGS && flags === 0) peer.send(FRAME.SETTINGS, FLAG.ACK, 0);
      if (type === FRAME.PING && flags === 0) peer.send(FRAME.PING, FLAG.ACK, 0, payload);
    };
    peer.call(1, WRITE_CALL);
    const isOpen = ({ type, streamId }: Frame): boolean => type === FRAME.WINDOW_UPDATE && streamId === 0;
    await vi.waitFor(() => expect(peer.received.some(isOpen)).toBe(true));
    return peer;
  };

  /** Begin a message of 4 MiB less a byte, and send some pieces of it. */
  const begin = (peer: Http2Peer, streamId: number, pieces: number): void => {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(4 * MIB - 1, 1);
    peer.send(FRAME.DATA, 0, streamId, head);
    for (let piece = 0; piece < pieces; piece += 1) {
      peer.send(FRAME.DATA, 0, streamId, Buffer.alloc(PIECE_BYTES));
    }
  };
  const resets = ({ received }: Http2Peer): number[][] =>
    received
      .filter(({ type }) => type === FRAME.RST_STREAM)
      .map(({ streamId, payload }) => [streamId, payload.readUInt32BE(0)]);
  const held = (proxy: ProxyUnderTest) => proxy.metric('proxy_partial_message_bytes');
  /** Wait until what is held is so many begun messages with so many pieces, each of which may have come in two. */
  const expectHeld = (proxy: ProxyUnderTest, messages: number, pieces: number): Promise<void> =>
    vi.waitFor(async () => {
      const costs = ((await held(proxy)) ?? NaN) - messages * 5 - pieces * PIECE_BYTES;
      expect(costs).toBeGreaterThanOrEqual((messages + pieces) * COST_BYTES);
      expect(costs).toBeLessThanOrEqual(2 * (messages + pieces) * COST_BYTES);
    });

  it('are held up to the bound, and beyond it the one that began first ends', async () => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { partialMessageMBytes: 1 } });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    agent.answerAll('up 1\n');
    const peer = await openPeer(proxy);
    peer.call(3, WRITE_CALL);
    peer.call(5, WRITE_CALL);

    [1, 3].forEach((streamId) => begin(peer, streamId, 30));
    await expectHeld(proxy, 2, 60);
    const before = resets(peer);
    begin(peer, 5, 10);

    await expectHeld(proxy, 2, 40);
    expect([before, resets(peer)]).toEqual([[], [[1, ENHANCE_YOUR_CALM]]]);
    const bound = { bound: 'limits.partialMessageMBytes' };
    expect(await proxy.metric('proxy_bound_limit', bound)).toBe(MIB);
    expect(await proxy.metric('proxy_bound_reached_total', bound)).toBe(1);
    expect((await proxy.scrape('app')).status).toBe(200);
  });

  it('cost what each of their pieces does', async () => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { partialMessageMBytes: 1 } });
    const peer = await openPeer(proxy);

    begin(peer, 1, 0);
    for (let byte = 0; byte < 3_000; byte += 1) peer.send(FRAME.DATA, 0, 1, Buffer.alloc(1));

    await vi.waitFor(() => expect(resets(peer)).toEqual([[1, ENHANCE_YOUR_CALM]]));
    expect(await held(proxy)).toBe(0);
  });

  it('are forgotten with their connection, and when they are complete', async () => {
    const proxy = await ProxyUnderTest.start(stage, { internal: { maxZippedContentSizeMBytes: 8 } });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    agent.answerAll('x'.repeat(3 * MIB));
    const peer = await openPeer(proxy);
    begin(peer, 1, 3);
    await expectHeld(proxy, 1, 3);

    const { body } = await proxy.scrape('app');
    await expectHeld(proxy, 1, 3);
    peer.close();

    expect(body.length).toBe(3 * MIB);
    await vi.waitFor(async () => expect(await held(proxy)).toBe(0));
  });
});
