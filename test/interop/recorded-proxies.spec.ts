import { AGENT_TOKEN_HEADER } from '@app/protocol';
import { describe, expect, it } from 'vitest';
import type { HttpTarget } from '../support/http-target.js';
import { stagePerTest } from '../support/stage.js';
import { type Cast, SCRAPE_TIMEOUT_SECS, startCast } from './agent-cast.js';
import { AGENT_SCENARIOS, type AgentScenario } from './agent-scenarios.js';
import { expectedMessage } from './expected-message.js';
import { expectedTargetRequest } from './recorded-target.js';
import { readRecording, readTargetRequests } from './recording.js';
import { type ScriptedSession, waitFor } from './scripted-session.js';
import { readSessions } from './session-script.js';
import { decode, withoutDefaults } from './wire-codec.js';

/** An agent that is refused tries again, and does nothing else. */
async function expectRefusals({ script, messages }: ScriptedSession): Promise<void> {
  await waitFor(
    () => messages.length >= script.messages.length,
    'the agent did not try as often as recorded',
  );
  expect(new Set(messages.map(({ rpc }) => rpc))).toEqual(new Set(script.messages.map(({ rpc }) => rpc)));
}

/** Every call carries the token, where there is one; each session that serves has a connection of its own. */
function expectConnections(sessions: readonly ScriptedSession[]): void {
  for (const { script, headers } of sessions) {
    const token = script.headers[AGENT_TOKEN_HEADER];
    expect(new Set(headers.map((ofCall) => ofCall[AGENT_TOKEN_HEADER]))).toEqual(new Set([token]));
  }
  const serving = sessions.filter(({ script }) => script.opensStreams);
  expect(serving.map(({ peers }) => peers.size)).toEqual(serving.map(() => 1));
  expect(new Set(serving.flatMap(({ peers }) => [...peers])).size).toBe(serving.length);
}

function expectRegistration(session: ScriptedSession, cast: Cast): void {
  const isRegistration = ({ rpc }: { rpc: string }): boolean => rpc !== 'sendHeartBeat';
  const ours = session.messages.filter(isRegistration);
  const expected = session.script.messages.filter(isRegistration);
  expect(ours.map(({ rpc, fields }) => ({ rpc, fields: withoutDefaults(fields) }))).toEqual(
    expected.map(({ rpc, fields }) => ({
      rpc,
      fields: expectedMessage(rpc, withoutDefaults(fields), cast),
    })),
  );
}

async function answerScrapes(session: ScriptedSession, { differences = [] }: AgentScenario): Promise<void> {
  for (const request of session.script.scrapeRequests) {
    const { scrapeId, path } = decode('readRequestsFromProxy', 'proxy', request);
    const recorded = session.script.answers.get(Number(scrapeId));
    const difference = differences.find((candidate) => candidate.path === path);
    if (recorded === undefined) continue;

    const answer = await session.scrape(request);

    expect(answer, `/${String(path)}`).toEqual(difference?.answer(recorded) ?? recorded);
  }
  expect(session.faults).toEqual([]);
}

async function playSession(index: number, scenario: AgentScenario, cast: Cast): Promise<void> {
  const session = await cast.proxy.session(index);
  if (!session.script.opensStreams) {
    await expectRefusals(session);
    return;
  }
  await session.waitForStreams();
  expectRegistration(session, cast);
  await answerScrapes(session, scenario);
  if (session.script.messages.some(({ rpc }) => rpc === 'sendHeartBeat')) {
    const isHeartbeat = ({ rpc }: { rpc: string }): boolean => rpc === 'sendHeartBeat';
    await waitFor(() => session.messages.some(isHeartbeat), 'the agent sent no heartbeat when idle');
  }
  await endSession(session, scenario, cast);
}

async function endSession(session: ScriptedSession, scenario: AgentScenario, cast: Cast): Promise<void> {
  const isLast = session === cast.proxy.sessions.at(-1);
  if (session.script.ending === 'by the proxy') {
    session.endRequests();
    await waitForHalfClose(session);
  } else if (isLast) {
    await cast.agent.stop();
    await waitForHalfClose(session);
  }
  if (scenario.name === 'proxy-restart' && !isLast) {
    cast.proxy.stop();
    await cast.proxy.startAgain();
  }
}

async function waitForHalfClose({ writes }: ScriptedSession): Promise<void> {
  await waitFor(() => writes.every(({ state }) => state !== 'open'), 'a write stream was left open');
  expect(writes.map(({ state }) => state)).toEqual(['half-closed', 'half-closed']);
}

function expectTarget({ name }: AgentScenario, target: HttpTarget): void {
  const expected = readTargetRequests(name).map((request) =>
    expectedTargetRequest(request, target, SCRAPE_TIMEOUT_SECS),
  );
  expect(target.seen.map(({ url, headers }) => ({ url, headers }))).toEqual(expected);
}

describe('our agent talks to existing proxies as the existing agent does', () => {
  const stage = stagePerTest();

  it.each(AGENT_SCENARIOS)('$name', async (scenario) => {
    const cast = await startCast(stage, await readSessions(readRecording([scenario.name])));

    for (const index of cast.proxy.sessions.keys()) {
      await playSession(index, scenario, cast);
    }
    if (cast.agent.program.isRunning) await cast.agent.stop();

    if (scenario.hasTargetRecording) expectTarget(scenario, cast.target);
    expectConnections(cast.proxy.sessions);
    const launchIds = cast.proxy.sessions.flatMap(({ messages }) =>
      messages.filter(({ rpc }) => rpc === 'registerAgent').map(({ fields }) => fields['launchId']),
    );
    expect(new Set(launchIds).size).toBeLessThanOrEqual(1);
  });
});
