import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/failed-scrape.js';
import { FAILING_TARGETS } from '../support/failing-targets.js';
import { freePort } from '../support/free-port.js';
import { HttpTarget } from '../support/http-target.js';
import { type Pair, startPair } from '../support/pair.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';

const MBYTE = 1024 * 1024;
const TIMEOUT_SECS = 2;

describe('a scrape fails with a status and a reason a person can act on', () => {
  const stage = stagePerSuite();
  let pair: Pair;
  let refusedPort: number;

  beforeAll(async () => {
    refusedPort = await freePort();
    const behaviours = Object.values(FAILING_TARGETS).map(
      ({ path, behaviour }) => [`/${path}`, behaviour] as const,
    );
    const target = await HttpTarget.start(stage, Object.fromEntries(behaviours));
    const paths = Object.values(FAILING_TARGETS).map(({ path }) => ({ path, url: target.url(`/${path}`) }));
    const refused = { path: 'refused', url: `http://user:hunter2@127.0.0.1:${refusedPort}/metrics` };
    const nowhere = { path: 'nowhere', url: 'http://no-such-host.invalid/metrics' };
    pair = await startPair(stage, { paths: [...paths, refused, nowhere] });
  });

  it.each(Object.entries(FAILING_TARGETS).map(([title, row]) => ({ title, ...row })))(
    '$title',
    async ({ path, expected }) => {
      const result = await scrape(pair.proxy.url(path), { timeoutSecs: TIMEOUT_SECS });

      expectFailure(result, { ...expected, withinMs: TIMEOUT_SECS * 1_000 });
      expect(result.headers).not.toHaveProperty('location');
      expect(result.body.toString()).not.toMatch(/secret/);
    },
  );

  it('nothing listens where the target should be', async () => {
    const result = await scrape(pair.proxy.url('refused?token=s3cret'), { timeoutSecs: TIMEOUT_SECS });

    const phrase = /refused/i;
    expectFailure(result, { status: 502, reason: 'target_unreachable', phrase, withinMs: 1_000 });
    expect(result.body.toString()).toContain(String(refusedPort));
    expect(result.statusMessage + result.body.toString()).not.toMatch(/hunter2|s3cret/);
  });

  it('the name of the target has no address', async () => {
    const result = await scrape(pair.proxy.url('nowhere'), { timeoutSecs: TIMEOUT_SECS });

    const phrase = /no-such-host|ENOTFOUND|EAI_AGAIN|resolve|DNS/i;
    expectFailure(result, { status: 502, reason: 'target_unreachable', phrase, withinMs: 2_000 });
  });

  it('holds nothing for any of these afterwards', async () => {
    await pair.expectAtRest();

    expect(pair.proxy.program.isRunning && pair.agent.program.isRunning).toBe(true);
  });
});

describe('a body over the limit of the proxy', () => {
  const stage = stagePerSuite();

  it.each([
    { title: 'too large on the link', accepts: 'gzip', body: randomBytes(1.5 * MBYTE) },
    {
      title: 'too large when inflated for a scraper without gzip',
      accepts: 'identity',
      body: '#'.repeat(3 * MBYTE),
    },
  ])('fails with 413 and the figure: $title', async ({ accepts, body }) => {
    const gzipped = gzipSync(body);
    const headers = { 'Content-Encoding': 'gzip' };
    const target = await HttpTarget.start(stage, { '/big': answers(gzipped, { headers }) });
    const { proxy } = await startPair(stage, {
      paths: [{ path: 'big', url: target.url('/big') }],
      proxy: { internal: { maxZippedContentSizeMBytes: 1, maxUnzippedContentSizeMBytes: 2 } },
    });

    const result = await scrape(proxy.url('big'), { headers: { 'Accept-Encoding': accepts } });

    expectFailure(result, { status: 413, reason: 'payload_too_large', phrase: /\d/, withinMs: 2_000 });
  });
});
