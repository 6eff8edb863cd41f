import { Cancellation } from '@app/deadlines';
import { Test } from '@nestjs/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { AgentAppModule } from '../agent-app.module.js';
import { defaultAgentOptions } from '../config/agent-options.js';
import { MergedTargets } from '../paths/discovery/merged-targets.js';
import { recordingLogger } from '../testing/recording-logger.js';
import { noise, openTarget } from '../testing/stage.js';
import { pathConfig } from '../testing/test-agent.js';
import { MemoryBudget } from './memory-budget.js';
import type { Scrape } from './scrape.js';
import { ScrapeLimits } from './scrape-limits.js';
import { ScrapeService } from './scrape.service.js';
import { TargetClient } from './target-client.js';

const never = new Cancellation();
const scrape: Scrape = {
  scrapeId: 0,
  path: 'app',
  accept: '',
  query: '',
  authorization: '',
  isDebug: false,
  budgetMs: undefined,
};

/** The scrape service of an agent that dials nobody. */
async function openService(url: string) {
  const options = defaultAgentOptions({ pathConfigs: [pathConfig('app', url)] });
  const module = await Test.createTestingModule({
    imports: [AgentAppModule.forRoot(options, recordingLogger().logger)],
  }).compile();
  onTestFinished(() => module.get(TargetClient).close());
  await module.get(MergedTargets).start();
  return {
    service: module.get(ScrapeService),
    limits: module.get(ScrapeLimits),
    memory: module.get(MemoryBudget),
  };
}

test('an answer holds its memory until it is released', async () => {
  const target = await openTarget((_request, response) => response.end(noise(20_000)));
  const { service, memory } = await openService(target.url());

  const result = await service.scrape(scrape, never);
  const held = memory.usedBytes;
  if (result?.kind === 'answered') {
    result.release();
    result.release();
  }

  expect(result?.kind).toBe('answered');
  expect([held, memory.usedBytes]).toEqual([20_000, 0]);
});

test('a large answer that is released unread ends its transfer and frees its place', async () => {
  const target = await openTarget((_request, response) => response.write(noise(2_000_000)));
  const { service, limits, memory } = await openService(target.url());

  const result = await service.scrape(scrape, never);
  const during = [result?.kind === 'answered' && result.body.kind, target.openCount, limits.runningCount];
  if (result?.kind === 'answered') {
    result.release();
  }

  expect(during).toEqual(['flow', 1, 1]);
  await vi.waitFor(() => expect(target.openCount).toBe(0));
  await vi.waitFor(() => expect([limits.runningCount, memory.usedBytes]).toEqual([0, 0]));
});

test('a failure holds nothing', async () => {
  const target = await openTarget((_request, response) => {
    response.statusCode = 500;
    response.end();
  });
  const { service, limits, memory } = await openService(target.url());

  const result = await service.scrape({ ...scrape, query: 'a=b' }, never);

  expect(result).toMatchObject({ kind: 'failed', statusCode: 500 });
  expect([limits.waitingCount, memory.usedBytes]).toEqual([0, 0]);
  await vi.waitFor(() => expect(limits.targetCount).toBe(0));
});

test('a scrape that is given up has no result', async () => {
  const target = await openTarget(() => undefined);
  const { service, limits, memory } = await openService(target.url());
  const cancellation = new Cancellation();

  const result = service.scrape(scrape, cancellation);
  await vi.waitFor(() => expect(target.openCount).toBe(1));
  cancellation.cancel();

  expect(await result).toBeUndefined();
  expect(memory.usedBytes).toBe(0);
  await vi.waitFor(() => expect(limits.targetCount).toBe(0));
});
