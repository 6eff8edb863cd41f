import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { HttpTarget } from '../support/http-target.js';
import { stagePerTest } from '../support/stage.js';
import { expectedMessage } from './expected-message.js';
import { atTarget, behavioursOf } from './recorded-target.js';
import { readRecording } from './recording.js';
import { ScriptedProxy } from './scripted-proxy.js';
import { type ScriptedSession, waitFor } from './scripted-session.js';
import { readSessions, type SessionScript } from './session-script.js';
import { decode, withoutDefaults } from './wire-codec.js';

interface Registration {
  readonly path: string;
  readonly url: string;
}

/** What the recorded agent registered from its file, or from its own configuration. */
function registrationsOf(script: SessionScript, source: string, target: HttpTarget): Registration[] {
  return script.messages
    .filter(({ rpc, fields }) => rpc === 'registerPath' && fields['pathSource'] === source)
    .map(({ fields }) => ({
      path: String(fields['path']),
      url: atTarget(target, fields['targetUrl']),
    }));
}

async function scrape(session: ScriptedSession, path: string): Promise<void> {
  const isFor = (request: Buffer): boolean =>
    decode('readRequestsFromProxy', 'proxy', request)['path'] === path;
  const request = session.script.scrapeRequests.find(isFor);
  if (request === undefined) throw new Error(`no scrape of ${path} was recorded`);

  const answer = await session.scrape(request);

  expect(answer).toEqual(session.script.answers.get(answer.scrapeId));
}

const called = ({ messages }: ScriptedSession, rpc: string, path: string): boolean =>
  messages.some((message) => message.rpc === rpc && message.fields['path'] === path);

describe('our agent at an existing proxy', () => {
  const stage = stagePerTest();

  it('registers what its file lists and follows the file as the existing agent does', async () => {
    const [script] = await readSessions(readRecording(['discovery-file']));
    if (script === undefined) throw new Error('one session was recorded');
    const proxy = await ScriptedProxy.start(stage, [script]);
    const target = await HttpTarget.start(stage, behavioursOf([script]));
    const discovered = registrationsOf(script, 'DISCOVERED', target);
    const file = join(await stage.tempDir(), 'targets.json');
    const list = (...paths: string[]): Promise<void> =>
      writeFile(file, JSON.stringify({ paths: discovered.filter(({ path }) => paths.includes(path)) }));
    await list('one', 'two');
    const agent = await AgentProcess.start(stage, {
      proxyPort: proxy.port,
      paths: registrationsOf(script, 'STATIC', target),
      config: { name: 'agent-a', discovery: { enabled: true, file: { path: file } } },
    });

    const session = await proxy.session(0);
    await session.waitForStreams();
    await scrape(session, 'fixed');
    await scrape(session, 'two');
    await list('two', 'three');
    await waitFor(() => called(session, 'registerPath', 'three'), 'the new path was not registered');
    await scrape(session, 'three');
    await agent.stop();

    const isRegistration = ({ rpc }: { rpc: string }): boolean => rpc !== 'sendHeartBeat';
    const said = session.messages.filter(isRegistration);
    expect(said.map(({ rpc, fields }) => ({ rpc, fields: withoutDefaults(fields) }))).toEqual(
      script.messages.filter(isRegistration).map(({ rpc, fields }) => ({
        rpc,
        fields: expectedMessage(rpc, withoutDefaults(fields), { proxy, target }),
      })),
    );
    expect(session.faults).toEqual([]);
  });
});
