import { AGENT_TOKEN_HEADER } from '@app/protocol';
import { type AgentPath, AgentProcess } from '../support/agent-process.js';
import { HttpTarget } from '../support/http-target.js';
import type { Stage } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';
import { behavioursOf, pathsOf } from './recorded-target.js';
import { ScriptedProxy } from './scripted-proxy.js';
import type { SessionScript } from './session-script.js';

/** Bounds every fetch of the agent. */
export const SCRAPE_TIMEOUT_SECS = 1;

/** Whatever the agent does by the clock, soon. */
const HASTE = { heartbeatMaxInactivitySecs: 1, heartbeatCheckPauseMillis: 100, reconnectPauseSecs: 1 };

/** Our agent, the scripted proxy it dials, and the target behind it. */
export interface Cast {
  readonly proxy: ScriptedProxy;
  readonly agent: AgentProcess;
  readonly target: HttpTarget;
}

/**
 * Start our agent as the recorded one was set up, with what it needs around it.
 *
 * @param morePaths - paths of our agent beyond the recorded ones, each with a target of its own
 */
export async function startCast(
  stage: Stage,
  scripts: readonly SessionScript[],
  morePaths: readonly string[] = [],
): Promise<Cast> {
  const proxy = await ScriptedProxy.start(stage, scripts);
  const more = Object.fromEntries(morePaths.map((path) => [`/${path}`, answers(`${path} 1\n`)]));
  const target = await HttpTarget.start(stage, { ...behavioursOf(scripts), ...more });
  const agent = await AgentProcess.start(stage, {
    proxyPort: proxy.port,
    paths: [...pathsOf(scripts, target), ...morePaths.map((path) => pathAt(target, path))],
    config: { ...settingsOf(scripts), scrapeTimeoutSecs: SCRAPE_TIMEOUT_SECS, internal: HASTE },
  });
  return { proxy, agent, target };
}

function pathAt(target: HttpTarget, path: string): AgentPath {
  return { path, url: target.url(`/${path}`) };
}

/** What the recorded agent was told to be, under `agent` in a config file. */
function settingsOf(scripts: readonly SessionScript[]): Record<string, unknown> {
  const messages = scripts.flatMap((script) => script.messages);
  const { agentName = 'agent-a', consolidated = false } =
    messages.find(({ rpc }) => rpc === 'registerAgent')?.fields ?? {};
  return {
    name: agentName,
    consolidated,
    agentToken: scripts[0]?.headers[AGENT_TOKEN_HEADER] ?? '',
    transportFilterDisabled: messages.some(({ rpc }) => rpc.endsWith('TransportFilterDisabled')),
  };
}
