import { describe, expect, it } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const auth = [
  { name: 'a', token: 'token-a', paths: ['a*'] },
  { name: 'all', username: 'user', password: 'pass', paths: [] },
];
const bearer = { headers: { Authorization: 'Bearer token-a' } };
const basic = { headers: { Authorization: `Basic ${Buffer.from('user:pass').toString('base64')}` } };
const discovery = { enabled: true, startupHoldSecs: 0 };

describe('a scrape port that asks for credentials', () => {
  const stage = stagePerTest();

  async function setUp() {
    const proxy = await ProxyUnderTest.start(stage, { http: { auth }, service: { discovery } });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['application', 'beyond']);
    return { proxy, agent };
  }

  const listed = async (proxy: ProxyUnderTest, options: object): Promise<(string | undefined)[]> => {
    const groups = JSON.parse((await proxy.scrape('discovery', options)).body.toString()) as {
      labels: Record<string, string>;
    }[];
    return groups.map(({ labels }) => labels['__metrics_path__']);
  };

  it('turns away whoever shows none or an unknown one, for whatever path, and says how to prove it', async () => {
    const { proxy } = await setUp();

    for (const path of ['application', 'unknown', 'discovery', '%', '..']) {
      const none = await proxy.scrape(path);
      const wrong = await proxy.scrape(path, { headers: { Authorization: 'Bearer x' } });
      const expected = path === '%' ? '400 bad_request' : '401 unauthorized';
      expect([outcomeOf(none), outcomeOf(wrong)], path).toEqual([expected, expected]);
    }
    const { headers } = await proxy.scrape('application', { method: 'HEAD' });
    expect(headers['www-authenticate']).toMatch(/Bearer realm=.*Basic realm=/);
  });

  it('forbids paths beyond the globs, the same whether somebody serves them or not', async () => {
    const { proxy } = await setUp();

    expect(outcomeOf(await proxy.scrape('beyond', bearer))).toBe('403 forbidden');
    expect(outcomeOf(await proxy.scrape('nobody', bearer))).toBe('403 forbidden');
    expect((await proxy.scrape('aplication', bearer)).body.toString()).toMatch(
      /near misses: \/application\n/,
    );
    expect((await proxy.scrape('a-beyond', bearer)).body.toString()).not.toMatch(/\/beyond/);
    expect((await proxy.scrape('application', { ...bearer, method: 'HEAD' })).status).toBe(200);
  });

  it('lists in service discovery what the credential may scrape', async () => {
    const { proxy } = await setUp();

    expect(await listed(proxy, bearer)).toEqual(['/application']);
    expect(await listed(proxy, basic)).toEqual(['/application', '/beyond']);
  });

  it('keeps the credential to itself', async () => {
    const { proxy, agent } = await setUp();

    void proxy.scrape('application', { ...bearer, giveUpAfterMs: 2_000 }).catch(() => undefined);
    await expect.poll(() => agent.requests.length).toBe(1);

    expect(agent.requests[0]).toMatchObject({ path: 'application', authHeader: '' });
  });
});
