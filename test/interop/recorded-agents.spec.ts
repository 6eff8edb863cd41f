import { describe, expect, it } from 'vitest';
import { expectProxyAtRest } from '../support/gauges.js';
import { readMetrics } from '../support/metrics-page.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { stagePerTest } from '../support/stage.js';
import { AgentReplay } from './agent-replay.js';
import type { Answer } from './answer.js';
import { applyDifferences } from './difference.js';
import { PROXY_SCENARIOS, type ProxyScenario, type ScrapeDifference } from './proxy-scenarios.js';
import { readRecording, readScrapes, type RecordedLine, type RecordedScrape } from './recording.js';
import { type BookedScrape, ScrapeBook, type SeenScrape } from './scrape-book.js';
import { readAnswers } from './session-script.js';
import type { Fields } from './wire-codec.js';

/** What the recorded agent answered to one ScrapeRequest of one of its connections. */
type FindAnswer = (line: RecordedLine, request: Fields) => Answer | undefined;

async function readAnswersOf(lines: readonly RecordedLine[]): Promise<FindAnswer> {
  const nameOf = ({ file, connection }: RecordedLine): string => `${file} ${connection}`;
  const answers = new Map<string, Map<number, Answer>>();
  for (const name of new Set(lines.map(nameOf))) {
    answers.set(name, await readAnswers(lines.filter((line) => nameOf(line) === name)));
  }
  return (line, request) => answers.get(nameOf(line))?.get(Number(request['scrapeId']));
}

/** What the scraper is to see: what the recorded one saw, or the failure we make of it. */
function expectedScrape(
  { path, isAsked, answers, recorded }: BookedScrape,
  differences: readonly ScrapeDifference[],
): Partial<SeenScrape> {
  const difference = differences.find((candidate) => candidate.path === path);
  if (difference !== undefined) return { status: difference.status, reason: difference.reason };
  const [answer] = answers;
  if (isAsked && answer === undefined) return { status: 502, reason: 'agent_disconnected' };

  const { status = answer?.statusCode, headers } = recorded?.response ?? {};
  const contentType = headers?.['content-type'] ?? answer?.contentType;
  return { status, reason: undefined, contentType, body: expectedBody(answers, recorded) };
}

function expectedBody(answers: readonly Answer[], recorded: RecordedScrape | undefined): string | undefined {
  const [answer] = answers;
  if (answers.length < 2) return answer?.body;
  return expect.toSatisfy((body: string) => Buffer.byteLength(body) === recorded?.response.length);
}

describe('our proxy answers existing agents as the existing proxy does', () => {
  const stage = stagePerTest();

  it.each(PROXY_SCENARIOS)('$name', async (scenario) => {
    const { files, config, differences = [], scrapeDifferences = [], warmUps = 0, isShared } = scenario;
    const proxy = await ProxyProcess.start(stage, { config });
    const recording = readRecording(files, scenario.lagMs);
    const findAnswer = await readAnswersOf(recording);
    const noted = readScrapes(scenario.scrapes ?? scenario.name);
    const scrapes = new ScrapeBook(noted, warmUps, (path) => proxy.url(path));
    const replay = new AgentReplay(stage, proxy.ports.agent, {
      beforeLine: scenario.direct?.(proxy),
      onScrapeExpected: (request, line) => {
        const answer = findAnswer(line, request);
        if (isShared?.(line) === true) scrapes.join(answer);
        else scrapes.startFor(request, answer);
      },
    });

    await replay.play(applyDifferences(recording, differences));
    scrapes.startRemaining();

    for (const scrape of scrapes.booked) {
      const seen = await scrape.result;
      expect(seen, `/${scrape.path}`).toMatchObject(expectedScrape(scrape, scrapeDifferences));
    }
    replay.hangUp();
    await expectNothingLeft(proxy, scenario);
  });
});

async function expectNothingLeft(proxy: ProxyProcess, { agentsLeft = 0 }: ProxyScenario): Promise<void> {
  const readSessions = async (): Promise<number | undefined> =>
    (await readMetrics(proxy.ports.metrics)).sum('proxy_agent_map_size');
  await expect.poll(readSessions, { timeout: 5_000, interval: 50 }).toBe(agentsLeft);
  if (agentsLeft === 0) await expectProxyAtRest(proxy, { agents: 0, paths: 0 });
}
