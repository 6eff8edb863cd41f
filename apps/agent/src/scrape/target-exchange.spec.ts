import { Cancellation } from '@app/deadlines';
import { errors } from 'undici';
import { expect, test } from 'vitest';
import { MemoryBudget } from './memory-budget.js';
import { TargetExchange } from './target-exchange.js';

function coded(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

test.each([
  ['a connection that is not made in time', new errors.ConnectTimeoutError('slow'), true],
  ['a connection the system gives up', coded('ETIMEDOUT'), true],
  ['a way to the target that is not made in time', new Error('slow', { cause: coded('ETIMEDOUT') }), true],
  ['a refused connection', coded('ECONNREFUSED'), false],
  ['a broken connection', coded('ECONNRESET'), false],
])('%s is told as a time-out or not', async (_name, error, hasTimedOut) => {
  const limits = { maxBytes: 100, holdBytes: 100 };
  const share = new MemoryBudget(100).open();
  const exchange = new TargetExchange(limits, share, new Cancellation());

  exchange.onResponseError(null, error);

  expect(await exchange.outcome).toMatchObject({ failure: 'target_unreachable', hasTimedOut });
});
