import { createLogger } from '@app/operations';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RawAgent } from '../../../test/support/raw-agent.js';
import { scrape } from '../../../test/support/scrape.js';
import { Stage } from '../../../test/support/stage.js';
import { startProxy, type RunningProxy } from './bootstrap.js';
import { defaultProxyOptions } from './config/proxy-options.js';

describe('a proxy', () => {
  let stage: Stage;
  let proxy: RunningProxy;

  beforeEach(async () => {
    stage = new Stage();
    const options = defaultProxyOptions({ http: { port: 0 }, agent: { port: 0 } });
    proxy = await startProxy(options, createLogger({ program: 'proxy', level: 'debug', format: 'pretty' }));
  });

  afterEach(async () => {
    await stage.clear();
    await proxy.close();
  });

  it('hands a scrape to the agent of its path and gives back what the agent answers', async () => {
    await RawAgent.connect(stage, {
      proxyPort: proxy.agentPort,
      paths: ['app'],
      onScrape: ({ scrapeId, path }, agent) =>
        agent.answer({
          scrapeId,
          statusCode: 200,
          validResponse: true,
          contentType: 'text/plain',
          contentAsText: path,
        }),
    });

    const answer = await scrape(`http://127.0.0.1:${proxy.httpPort}/app`);

    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toBe('app');
  });
});
