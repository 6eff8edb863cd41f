import { beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/failed-scrape.js';
import { HttpTarget } from '../support/http-target.js';
import { type Pair, startPair } from '../support/pair.js';
import { rawRequest } from '../support/raw-request.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';

describe('a request that is no scrape of a known path', () => {
  const stage = stagePerSuite();
  let pair: Pair;
  let target: HttpTarget;

  beforeAll(async () => {
    target = await HttpTarget.start(stage, { '/metrics': answers('series 1\n') });
    const paths = ['node_metrics', 'site-a/db1'].map((path) => ({ path, url: target.url('/metrics') }));
    pair = await startPair(stage, { paths });
  });

  it('is told which known paths are near to an unknown one', async () => {
    const result = await scrape(pair.proxy.url('Node-Metrics'));

    expectFailure(result, { status: 404, reason: 'invalid_path', phrase: /Node-Metrics/, withinMs: 1_000 });
    expect(result.body.toString()).toContain('node_metrics');
    expect(result.body.toString()).not.toContain('site-a/db1');
  });

  it('is answered without a scrape when the method is HEAD', async () => {
    const result = await scrape(pair.proxy.url('node_metrics'), { method: 'HEAD' });

    expect(result.status).toBe(200);
    expect(result.body).toHaveLength(0);
    expect(target.seen).toHaveLength(0);
  });

  it.each(['POST', 'PUT', 'DELETE'])('is refused when the method is %s', async (method) => {
    const result = await scrape(pair.proxy.url('node_metrics'), { method });

    expectFailure(result, {
      status: 405,
      reason: 'method_not_allowed',
      phrase: /GET|method/i,
      withinMs: 1_000,
    });
    expect(result.headers['allow']).toMatch(/\bGET\b/);
  });

  it.each(['/', '/a%zzb', '/node_metrics/%', '/site-a//db1', '/site-a/../site-a/db1', '/./node_metrics'])(
    'is refused when its path is %s',
    async (requestTarget) => {
      const answer = await rawRequest(pair.proxy.ports.http, requestTarget);

      expect(answer.status).toBe(400);
      expect(answer.statusMessage).toMatch(/path|url/i);
      expect(answer.text).toMatch(/^x-proxy-reason: bad_request\r$/im);
    },
  );

  it.each(['/node_metrics?q="x"', '/node_metrics?q=a#b', '/node_metrics?q=\xfc', '/node_metrics?q=\x01'])(
    'never gets a query to a target that no URL could have: %j',
    async (requestTarget) => {
      const answer = await rawRequest(pair.proxy.ports.http, requestTarget);

      expect(answer.status).toBe(400);
      expect(target.seen).toHaveLength(0);
    },
  );

  it('finds a path whatever of it is percent-encoded', async () => {
    const answer = await rawRequest(pair.proxy.ports.http, '/site%2Da/d%621');

    expect(answer.status).toBe(200);
    expect(answer.text).toContain('series 1\n');
  });

  it('leaves nothing behind', async () => {
    await pair.expectAtRest();

    expect(pair.proxy.program.isRunning).toBe(true);
  });
});
