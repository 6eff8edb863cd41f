import {
  type Completed,
  displayValue,
  findPageClashes,
  findPortClashes,
  operationsPorts,
  type Settings,
} from '@app/config';
import type { AgentOptions, AgentValues } from './agent-rows.js';
import { linkSecurityProblems } from './link-security.js';
import type { PathConfig } from './path-config.js';
import { resolveEndpoints } from './proxy-endpoints.js';
import { targetNotices, targetProblems } from './target-relations.js';

/**
 * What must hold between the options of the agent, and what follows from them.
 *
 * @param hasOtherTargets - whether targets come from elsewhere, too, so that no path need be configured
 */
export function completeAgentOptions(
  values: AgentValues,
  settings: Settings,
  hasOtherTargets = values.modules.length > 0,
): Completed<AgentOptions> {
  const { key, outcome } = findEndpoints(values, settings);
  const problems = [
    ...linkSecurityProblems(values, settings),
    ...targetProblems(values, settings),
    ...findPortClashes(operationsPorts(values), settings),
    ...findPageClashes(values, settings),
    ...discoveryProblems(values, settings),
  ];
  if (outcome.kind === 'invalid') {
    problems.unshift(...outcome.problems.map((words) => settings.say(key, words)));
    return { kind: 'invalid', problems };
  }
  if (problems.length > 0) {
    return { kind: 'invalid', problems };
  }
  const options: AgentOptions = {
    ...values,
    pathConfigs: lastOfEachPath(values.pathConfigs),
    endpoints: outcome.endpoints,
    isScrapeTimeoutExplicit: settings.isExplicit('scrapeTimeoutSecs'),
  };
  const notices = [
    ...pathNotices(values, settings, hasOtherTargets),
    ...filterNotices(values, settings, hasOtherTargets),
    ...targetNotices(values, settings),
  ];
  return { kind: 'ok', options, notices };
}

/** A flag or a variable holds a list of its own and replaces what the configuration says. */
function findEndpoints({ proxy }: AgentValues, settings: Settings) {
  const source = settings.sourceOf('proxy.hostname').kind;
  const list = source === 'flag' || source === 'env' ? proxy.hostname : undefined;
  const key = list === undefined && proxy.endpoints.length > 0 ? 'proxy.endpoints' : 'proxy.hostname';
  return { key, outcome: resolveEndpoints({ ...proxy, list }) };
}

/** A path given twice has always meant the later one. */
function lastOfEachPath(configs: readonly PathConfig[]): readonly PathConfig[] {
  return [...new Map(configs.map((config) => [config.path, config])).values()];
}

function discoveryProblems({ discovery }: AgentValues, settings: Settings): string[] {
  const isMissing = discovery.enabled && discovery.file.path.trim() === '';
  return isMissing
    ? [settings.say('discovery.file.path', 'must name a file while agent.discovery.enabled is true')]
    : [];
}

function pathNotices(
  { pathConfigs: configs, discovery }: AgentValues,
  settings: Settings,
  hasOtherTargets: boolean,
): string[] {
  if (configs.length === 0 && !discovery.enabled && !hasOtherTargets) {
    return [settings.say('pathConfigs', 'is empty: this agent has nothing to serve')];
  }
  const unlabelled = configs.filter(({ labels }) => !isJsonObject(labels));
  return [
    ...doubledPaths(configs).map((path) =>
      settings.say('pathConfigs', `${displayValue(path)} stands twice; the later one counts`),
    ),
    ...unlabelled.map(({ path }) =>
      settings.say(
        'pathConfigs',
        `the labels of ${displayValue(path)} are no JSON object and will be ignored`,
      ),
    ),
  ];
}

/** A filter that does nothing has always been allowed; now it is said. */
function filterNotices(
  { pathConfigs, discovery, filters }: AgentValues,
  settings: Settings,
  hasOtherTargets: boolean,
): string[] {
  const isServed = (path: string): boolean =>
    discovery.enabled || hasOtherTargets || pathConfigs.some((config) => config.path === path);
  const unused = filters.filter(({ path }) => !isServed(path));
  return [
    ...doubledPaths(filters).map((path) =>
      settings.say('filters', `${displayValue(path)} stands twice; the later one counts`),
    ),
    ...unused.map(({ path }) =>
      settings.say('filters', `${displayValue(path)} is no path of agent.pathConfigs`),
    ),
  ];
}

const doubledPaths = (elements: readonly { readonly path: string }[]): string[] =>
  elements
    .filter(({ path }, index) => elements.slice(index + 1).some((later) => later.path === path))
    .map(({ path }) => path);

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
