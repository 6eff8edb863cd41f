import { type ConfigSource, type DeepPartial, settingsFromCode } from '@app/config';
import { type ModuleImport, type NamedModule, nameModules } from '@app/extensions';
import type { Logger } from '@app/operations';
import { type AgentOptions, agentProgram } from '../config/agent-options.js';
import { completeAgentOptions } from '../config/agent-relations.js';
import type { InProcessTarget } from '../paths/in-process-target.js';

/** A target given in code: a URL, or metrics that this process has itself. */
export interface AgentTarget {
  /** Under which the proxy serves it; with or without a leading slash. */
  readonly path: string;
  /** Where it is; exactly one of `url` and `registry` is given. */
  readonly url?: string;
  /** This process's own metrics, which need no socket: a prom-client registry is one. */
  readonly registry?: InProcessTarget;
  /** How logs call it; its path where none is given. */
  readonly name?: string;
  /** Labels for service discovery. */
  readonly labels?: Readonly<Record<string, string | number | boolean>>;
}

/** Every setting of docs/settings.md, nested by its key without `agent.`; what is left out has its default. */
export type AgentSettings = Omit<
  DeepPartial<AgentOptions>,
  'endpoints' | 'isScrapeTimeoutExplicit' | 'modules' | 'proxy'
> & {
  readonly proxy?: DeepPartial<AgentOptions['proxy']>;
};

/** What an embedded agent is made of. */
export interface AgentModuleOptions {
  /** The proxies to dial, in order of preference, as `host:port`; `settings.proxy` has the same in another form. */
  readonly proxy?: string | readonly string[];
  /** What is served from the start; more can be registered while the agent runs. */
  readonly paths?: readonly AgentTarget[];
  readonly settings?: AgentSettings;
  /** Options that were read already, as `loadAgentConfig` answers them, in place of `proxy` and `settings`. */
  readonly options?: AgentOptions;
  /** Where these came from, to be watched for changed paths. */
  readonly source?: ConfigSource<AgentOptions>;
  /** Modules with target sources of your own, each living inside this agent. */
  readonly modules?: readonly (ModuleImport | NamedModule)[];
  /** Where the agent logs; the host's Nest logger where none is given. */
  readonly logger?: Logger;
}

/** What an agent needs to be started. */
export interface ReadyAgent {
  readonly options: AgentOptions;
  readonly notices: readonly string[];
  readonly modules: readonly NamedModule[];
}

const SOURCE = 'AgentModule';

/**
 * Check what was given in code, as a file is checked.
 *
 * @param name - of the agent, where the settings give it none
 * @throws {SettingsError} when any setting is wrong
 */
export function readAgentSetup(setup: AgentModuleOptions, name: string | undefined): ReadyAgent {
  const modules = nameModules(setup.modules ?? []);
  if (setup.options !== undefined) {
    return { options: setup.options, notices: [], modules };
  }
  const program: typeof agentProgram = {
    ...agentProgram,
    complete: (values, settings) => completeAgentOptions(values, settings, true),
  };
  const proxies = [setup.proxy ?? []].flat().flatMap((list) => list.split(',').map((one) => one.trim()));
  const proxy = proxies.length === 0 ? {} : { proxy: { endpoints: proxies } };
  const given = { ...(name === undefined ? {} : { name }), ...proxy, ...setup.settings };
  const { options, notices } = settingsFromCode(program, given, SOURCE);
  return { options, notices, modules };
}
