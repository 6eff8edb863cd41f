import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { extension, ExtensionFaults } from '@app/extensions';
import { createLogger } from '@app/operations';
import { readMetrics } from '../../../../test/support/metrics-page.js';
import { scrape } from '../../../../test/support/scrape.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { startProxy } from '../bootstrap.js';
import { defaultProxyOptions } from '../config/proxy-options.js';
import { SCRAPE_AUTHORIZER } from '../extensions/tokens.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';
import type { ScrapeAuthorizer, Scraper, ScrapeRights } from './scrape-authorizer.js';
import { ScrapeCredentials } from './scrape-credentials.js';
import { ScrapeGuard } from './scrape-guard.service.js';

const broken = (): never => {
  throw new Error('broken');
};
const named = (authorizer: object) => ({
  name: './mine.js',
  module: extension(SCRAPE_AUTHORIZER, authorizer),
});
const rightsTo = (path: string): ScrapeRights => ({
  name: 'team-a',
  isConsumed: true,
  mayScrape: (asked) => asked === path,
});

describe('a module that decides who may scrape', () => {
  const stage = stagePerTest();
  const setUp = async (authorizer: object) => {
    const discovery = { enabled: true, startupHoldSecs: 0 };
    const proxy = await ProxyUnderTest.start(stage, { service: { discovery } }, [named(authorizer)]);
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['x', 'y']);
    agent.answerAll('up 1\n');
    const faults = (): Promise<number | undefined> =>
      proxy.metric('proxy_module_errors_total', { module: './mine.js', seam: 'ScrapeAuthorizer' });
    return { proxy, agent, faults };
  };
  const key = { headers: { Authorization: 'Key a' } };

  it('is asked about each scrape and about service discovery, and sees who asks', async () => {
    const asked: Scraper[] = [];
    const { proxy, agent, faults } = await setUp({
      authorize: async (scraper: Scraper) => {
        asked.push(scraper);
        return scraper.authorization === 'Key a' ? rightsTo('x') : undefined;
      },
    });

    expect(outcomeOf(await proxy.scrape('x'))).toBe('401 unauthorized');
    expect((await proxy.scrape('x', key)).status).toBe(200);
    const refused = await proxy.scrape('y', key);
    expect(outcomeOf(refused)).toBe('403 forbidden');
    expect(refused.statusMessage + refused.body.toString()).toContain(
      'credential "team-a" may not scrape /y',
    );
    expect((await proxy.scrape('discovery', key)).body.toString()).not.toContain('/y');
    expect(agent.requests).toMatchObject([{ path: 'x', authHeader: '' }]);
    expect(asked).toHaveLength(4);
    expect(asked[1]).toEqual({ authorization: 'Key a', remoteAddress: '127.0.0.1' });
    expect(await faults()).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    ['throws', broken],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['answers something else', () => true],
    ['leaves open whose the credential is', () => ({ name: 'a', mayScrape: () => true })],
    ['throws about a path', () => ({ ...rightsTo('x'), mayScrape: broken })],
    ['answers about a path later', () => ({ ...rightsTo('x'), mayScrape: async () => true })],
  ])('lets nobody pass when it %s, and is counted by its name', async (_what, authorize) => {
    const { proxy, faults } = await setUp({ authorize });

    expect(outcomeOf(await proxy.scrape('x', key))).toBe('403 forbidden');
    expect(await faults()).toBe(1);
  });

  it('does not decide beside the configuration', async () => {
    const auth = [{ name: 'a', token: 'token-a', paths: [] }];
    const options = defaultProxyOptions({ http: { port: 0, auth }, agent: { port: 0 } });
    const logger = createLogger({ program: 'test', level: 'off', format: 'json' });

    await expect(
      startProxy(options, logger, undefined, [named({ authorize: () => undefined })]),
    ).rejects.toThrow('module ./mine.js decides who may scrape, and so does proxy.http.auth: leave one out');
  });

  it('keeps deciding alone when the configuration comes to decide, too, and that reload fails', async () => {
    const file = join(await stage.tempDir(), 'watched');
    await writeFile(file, '');
    const withAuth = (auth: readonly object[]) =>
      defaultProxyOptions({
        http: { port: 0, auth: auth as never },
        agent: { port: 0 },
        metrics: { enabled: true, port: 0 },
      });
    const logger = createLogger({ program: 'test', level: 'off', format: 'json' });
    const later = withAuth([{ name: 'a', token: 'token-a', paths: [] }]);
    const load = async () => ({ kind: 'run' as const, options: later, notices: [], files: [file] });
    const authorize = (): ScrapeRights => rightsTo('x');
    const source = { files: [file], notices: [], load };
    const proxy = await startProxy(withAuth([]), logger, source, [named({ authorize })]);
    stage.atEnd(() => proxy.close());

    await writeFile(file, 'changed');

    const isUsable = async (): Promise<number | undefined> =>
      (await readMetrics(proxy.metricsPort ?? 0)).sum('proxy_config_last_reload_successful');
    await expect.poll(isUsable, { timeout: 13_000 }).toBe(0);
    expect(outcomeOf(await scrape(`http://127.0.0.1:${proxy.httpPort}/x`))).toBe('404 invalid_path');
  });
});

describe('a module that does not say who may scrape', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('has 5 seconds, then the scraper is refused', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const counted: string[] = [];
    const report = {
      count: (seam: string, module: string) => counted.push(`${module} ${seam}`),
      log: () => undefined,
    };
    const guard = new ScrapeGuard(new ScrapeCredentials([]), new ExtensionFaults(report));
    const signals: AbortSignal[] = [];
    const authorize: ScrapeAuthorizer['authorize'] = (_scraper, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    guard.use({ module: 'mine', value: { authorize } });

    const outcome = guard.admit({ headers: {}, socket: {} } as IncomingMessage);
    await vi.advanceTimersByTimeAsync(5_000);

    expect(await outcome).toMatchObject({ kind: 'failure', code: 'forbidden' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(counted).toEqual(['mine ScrapeAuthorizer']);
  });
});
