import { describe, expect, it } from 'vitest';
import { rawRequest } from '../../../../test/support/raw-request.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';

describe('a request that is no HTTP', () => {
  const stage = stagePerTest();

  it.each([
    ['control characters in its line', '/a\u0001b', 400],
    ['bytes beyond ASCII in its line', '/\u00e9', 400],
    ['a head that is too large', `/${'x'.repeat(32_768)}`, 431],
  ])('gets an answer with its reason: %s', async (_title, target, status) => {
    const proxy = await ProxyUnderTest.start(stage);

    const answer = await rawRequest(proxy.httpPort, target);

    expect(answer.status).toBe(status);
    expect(answer.text).toContain('X-Proxy-Reason: bad_request');
  });
});
