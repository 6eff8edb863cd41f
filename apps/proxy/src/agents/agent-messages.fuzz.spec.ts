import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { FLAG, FRAME, Http2Peer } from '../../../../test/support/http2-peer.js';
import { stagePerSuite } from '../../../../test/support/stage.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const RPCS = [
  'connectAgent',
  'connectAgentWithTransportFilterDisabled',
  'registerAgent',
  'registerPath',
  'unregisterPath',
  'pathMapSize',
  'readRequestsFromProxy',
  'writeResponsesToProxy',
  'writeChunkedResponsesToProxy',
  'sendHeartBeat',
  'noSuchCall',
];

/** Message bytes behind a frame of gRPC that says how many there are, or something else. */
const message = fc
  .record({
    flag: fc.constantFrom(0, 1, 255),
    bytes: fc.uint8Array({ maxLength: 300 }),
    isHonest: fc.boolean(),
    claimed: fc.nat(2 ** 31 - 1),
  })
  .map(({ flag, bytes, isHonest, claimed }) => {
    const head = Buffer.alloc(5);
    head.writeUInt8(flag);
    head.writeUInt32BE(isHonest ? bytes.length : claimed, 1);
    return Buffer.concat([head, bytes]);
  });

describe('whatever bytes a call brings', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;
  let agent: WireAgent;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite);
    agent = await WireAgent.serving(suite, proxy.agentPort, ['app']);
    agent.answerAll('metrics');
  });

  it('the proxy goes on serving everybody else', async () => {
    const calls = fc.array(fc.tuple(fc.constantFrom(...RPCS), message), { minLength: 1, maxLength: 20 });

    await fc.assert(
      fc.asyncProperty(calls, async (made) => {
        const peer = await Http2Peer.connect(suite, proxy.agentPort);
        made.forEach(([rpc, bytes], index) => {
          peer.call(2 * index + 1, `/ProxyService/${rpc}`);
          peer.send(FRAME.DATA, FLAG.END_STREAM, 2 * index + 1, bytes);
        });
        await peer.drained();

        expect((await proxy.scrape('app')).body.toString()).toBe('metrics');
        peer.close();
      }),
      { numRuns: 100 },
    );
    expect(await proxy.metric('proxy_scrape_map_size')).toBe(0);
    expect(await proxy.metric('proxy_path_map_size')).toBe(1);
  }, 60_000);
});
