import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ProxyScript } from '../../../apps/agent/src/testing/proxy-script.js';
import { ScriptedProxy } from '../../../apps/agent/src/testing/scripted-proxy.js';
import { CAPABILITIES } from '@app/protocol';
import { AGENT_AWAY, type FaultRow } from '../fault-row.js';
import { footprintOf } from '../leak-check.js';
import { RECOVERY_MS, type World } from '../world.js';

/** While its agent is with another proxy, the paths have none. */
const MIB = 1024 * 1024;

/** Lead the agent to a proxy that plays `script`, do `act` with it, and lead the agent back. */
const lured =
  (script: ProxyScript, act: (hostile: ScriptedProxy, world: World) => Promise<string | void>) =>
  async (world: World): Promise<string | void> => {
    const hostile = await ScriptedProxy.start({ capabilities: [...CAPABILITIES], ...script });
    world.stage.atEnd(() => hostile.kill());
    world.relay.leadTo(hostile.port);
    world.relay.cut();
    world.relay.heal();
    try {
      return await act(hostile, world);
    } finally {
      world.relay.leadTo(world.proxy.ports.agent);
      world.relay.cut();
      world.relay.heal();
    }
  };

const served = (hostile: ScriptedProxy): Promise<void> =>
  expect.poll(() => hostile.isServed, { timeout: 10_000 }).toBe(true);

/** Wait until this many ids have their answers, all in the one session that there was. */
async function answered(hostile: ScriptedProxy, count: number): Promise<void> {
  const ids = (): number => new Set(hostile.responses.map(({ scrapeId }) => scrapeId)).size;
  await expect.poll(ids, { timeout: 40_000, interval: 200 }).toBe(count);
  expect(hostile.sessions).toHaveLength(1);
}

/** How often each kind of answer came. */
function reasonsOf({ responses }: ScriptedProxy): string {
  const kinds = Map.groupBy(responses, ({ failureCode }) => failureCode || '200');
  return [...kinds].map(([kind, all]) => `${all.length} × ${kind}`).join(', ');
}

const common = { allowed: AGENT_AWAY, recoveryMs: RECOVERY_MS, isQuick: true };

export const HOSTILE_PROXY_ROWS: readonly FaultRow[] = [
  {
    ...common,
    fault: 'asks for what is not there',
    injected: '5,000 scrapes of unknown paths, 1,000 with one and the same id',
    expected: 'each id is answered, in one session; the agent is back in time',
    inject: lured({}, async (hostile) => {
      await served(hostile);
      for (let index = 0; index < 5_000; index += 1) hostile.ask({ path: `nowhere-${index}` });
      for (let index = 0; index < 1_000; index += 1) hostile.ask({ path: 'small', scrapeId: 1_000_000 });
      await answered(hostile, 5_001);
      return reasonsOf(hostile);
    }),
  },
  {
    ...common,
    fault: 'floods with scrapes',
    isFlood: true,
    injected: '20,000 scrapes of a real path, as fast as the agent takes them',
    expected: 'each is answered, what is too much with a refusal; the agent is back in time',
    inject: lured({}, async (hostile, { agent }) => {
      await served(hostile);
      for (let index = 0; index < 20_000; index += 1) hostile.ask({ path: 'small' });
      await answered(hostile, 20_000);
      const { rssMBytes } = await footprintOf(agent.program);
      return `${reasonsOf(hostile)}; the agent held ${rssMBytes} MB`;
    }),
  },
  {
    ...common,
    fault: 'floods with scrapes and takes no answer',
    isFlood: true,
    injected: '20,000 scrapes of a real path, whose answers are left unread',
    expected: 'the agent reads no more of them, dials again after 10 s, and is back in time',
    isQuick: false,
    inject: lured({ leavesAnswersUnread: true }, async (hostile, { agent }) => {
      await served(hostile);
      for (let index = 0; index < 20_000; index += 1) hostile.ask({ path: 'small' });
      await expect.poll(() => hostile.sessions.length, { timeout: 20_000 }).toBeGreaterThan(1);
      return `the agent held ${(await footprintOf(agent.program)).rssMBytes} MB`;
    }),
  },
  {
    ...common,
    fault: 'tries to leave the URL',
    injected:
      'query strings with line ends, spaces, fragments, backslashes, `@host`, 1 MB; header values with line ends',
    expected: 'the target sees its own path and no header that was not asked for',
    inject: lured({}, async (hostile, { target }) => {
      await served(hostile);
      const before = target.seen.length;
      const queries = [
        'a=1 HTTP/1.1\r\nX-Injected: 1',
        'a#b',
        '\r\n\r\nGET /other HTTP/1.1',
        '@127.0.0.1:1/',
        '\\..\\..',
        '/../../other',
        'ü',
        'a'.repeat(MIB),
      ];
      const values = ['text/plain\r\nX-Injected: 1', 'a\nb', '\0', 'ü'];
      queries.forEach((encodedQueryParams) => hostile.ask({ path: 'small', encodedQueryParams }));
      values.forEach((accept) => hostile.ask({ path: 'small', accept }));
      values.forEach((authHeader) => hostile.ask({ path: 'small', authHeader }));
      const asked = queries.length + 2 * values.length;
      await expect.poll(() => hostile.responses.length, { timeout: 10_000 }).toBe(asked);
      const seen = target.seen.slice(before);
      expect(seen.filter(({ path }) => !/^\/(small|whole|chunked)$/.test(path))).toEqual([]);
      expect(seen.filter(({ headers }) => 'x-injected' in headers)).toEqual([]);
    }),
  },
  {
    ...common,
    fault: 'answers with 3 MB of words',
    injected: 'each path refused with a reason of 3 MB',
    expected: 'the agent logs the beginning, and is back in time',
    inject: lured({ refusePath: () => 'a'.repeat(3 * MIB) }, async (hostile, { agent }) => {
      const before = agent.program.output.length;
      await served(hostile);
      await sleep(1_000);
      expect(agent.program.output.length - before).toBeLessThan(100_000);
    }),
  },
  {
    ...common,
    fault: 'gives 10,000 warnings',
    injected: '10,000 warnings with each path',
    expected: 'the agent logs some, and is back in time',
    inject: lured(
      { pathWarnings: Array.from({ length: 10_000 }, (_, index) => `warning ${index}`) },
      async (hostile, { agent }) => {
        const before = agent.program.output.length;
        await served(hostile);
        await sleep(1_000);
        expect(agent.program.output.length - before).toBeLessThan(100_000);
      },
    ),
  },
  {
    ...common,
    fault: 'never ends its streams',
    injected: 'the session ended while the write streams are left open, heartbeats left unanswered',
    expected: 'the agent waits a second, and dials again',
    inject: lured({ neverEndsWriteStreams: true, heartbeat: () => 'silence' }, async (hostile) => {
      await served(hostile);
      hostile.endSession();
      await sleep(2_500);
    }),
  },
  {
    ...common,
    fault: 'says nothing',
    injected: 'connectAgent left unanswered',
    expected: 'the agent is back in time once the proxy answers',
    inject: lured({ silentOnConnect: true }, async () => {
      await sleep(3_000);
    }),
  },
];
