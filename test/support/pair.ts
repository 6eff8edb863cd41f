import { type AgentPath, AgentProcess } from './agent-process.js';
import { expectAgentAtRest, expectProxyAtRest, waitForPaths } from './gauges.js';
import { ProxyProcess } from './proxy-process.js';
import type { Stage } from './stage.js';

export interface PairSettings {
  readonly paths: readonly AgentPath[];
  /** What stands under `proxy` in its config file. */
  readonly proxy?: Readonly<Record<string, unknown>>;
  /** What stands under `agent` in its config file. */
  readonly agent?: Readonly<Record<string, unknown>>;
}

/** A proxy and one agent of it, both as processes. */
export interface Pair {
  readonly proxy: ProxyProcess;
  readonly agent: AgentProcess;
  /** Wait until neither holds anything for a scrape, with the one agent and all its paths there. */
  readonly expectAtRest: (withinMs?: number) => Promise<void>;
}

/** Start both and wait until every path of the agent is served. */
export async function startPair(stage: Stage, settings: PairSettings): Promise<Pair> {
  const proxy = await ProxyProcess.start(stage, { config: settings.proxy });
  const agent = await AgentProcess.start(stage, {
    proxyPort: proxy.ports.agent,
    paths: settings.paths,
    config: settings.agent,
  });
  await waitForPaths(proxy, settings.paths.length);
  return {
    proxy,
    agent,
    expectAtRest: async (withinMs) => {
      await expectProxyAtRest(proxy, { agents: 1, paths: settings.paths.length }, withinMs);
      await expectAgentAtRest(agent, withinMs);
    },
  };
}
