import { describe, expect, it } from 'vitest';
import { stagePerTest } from '../support/stage.js';
import { startCast } from './agent-cast.js';
import { readRecording } from './recording.js';
import { waitFor } from './scripted-session.js';
import { readSessions } from './session-script.js';
import { encode } from './wire-codec.js';

describe('a path that an existing proxy refuses', () => {
  const stage = stagePerTest();

  it.each([
    { recording: 'path-refused', refused: 'b_mid', taken: ['a_mid'] },
    { recording: 'kinds-mixed-2', refused: 'mid', taken: [] },
  ])(
    'costs our agent neither its connection nor its other paths: $recording',
    async ({ recording, refused, taken }) => {
      const { proxy, agent, target } = await startCast(
        stage,
        await readSessions(readRecording([recording])),
        ['a_more'],
      );
      const session = await proxy.session(0);
      const offers = (): unknown[] =>
        session.messages.filter(({ rpc }) => rpc === 'registerPath').map(({ fields }) => fields['path']);
      const { agentId } = session.script;

      await session.waitForStreams();
      await waitFor(
        () => offers().filter((path) => path === refused).length >= 3,
        'it was not offered again',
      );
      const answer = await session.scrape(
        encode('readRequestsFromProxy', 'proxy', { agentId, scrapeId: 7, path: 'a_more' }),
      );

      expect(new Set(offers())).toEqual(new Set([...taken, refused, 'a_more']));
      expect(offers().filter((path) => path !== refused)).toEqual([...taken, 'a_more']);
      expect(answer).toMatchObject({ agentId, scrapeId: 7, statusCode: 200, body: 'a_more 1\n' });
      expect(target.requestsFor('/a_more')).toHaveLength(1);
      expect(proxy.sessions.map(({ messages }) => messages.length > 0)).toEqual([true, false, false]);
      expect(agent.program.output).toContain(refused);
      await agent.stop();
    },
  );
});
