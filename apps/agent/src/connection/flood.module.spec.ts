import { CAPABILITIES } from '@app/protocol';
import { expect, test } from 'vitest';
import { openAgent, openProxy, served } from '../testing/stage.js';

test('a burst of 5,000 scrapes is answered, and costs the session nothing', async () => {
  const proxy = await openProxy({ capabilities: CAPABILITIES });
  await openAgent(proxy);
  await served(proxy);

  for (let index = 0; index < 5_000; index += 1) {
    proxy.ask({ path: `nowhere-${index}` });
  }

  await expect.poll(() => proxy.responses.length, { timeout: 10_000 }).toBe(5_000);
  expect(new Set(proxy.responses.map(({ failureCode }) => failureCode))).toEqual(
    new Set(['path_not_found', 'overloaded']),
  );
  expect(proxy.sessions).toHaveLength(1);
});
