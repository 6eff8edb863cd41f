import type { AgentOptions } from '../config/agent-options.js';
import { EgressList, type EgressLists } from './egress-list.js';
import { type EgressProxy, parseEgressProxy } from './egress-proxy.js';
import { NoProxyRules } from './no-proxy.js';

export type Environment = Readonly<Record<string, string | undefined>>;
/** An empty list of what is allowed or denied may be left out. */
export type EgressOptions = Omit<AgentOptions['egress'], keyof EgressLists> & Partial<EgressLists>;
export type EgressOutcome = { kind: 'ok'; egress: Egress } | { kind: 'invalid'; problems: string[] };

/** What leaves the agent: the link, and requests to targets by scheme. */
type Traffic = 'link' | 'http' | 'https';

const VARIABLES: Readonly<Record<Traffic, readonly string[]>> = {
  link: ['grpc_proxy', 'https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'],
  http: ['http_proxy', 'HTTP_PROXY'],
  https: ['https_proxy', 'HTTPS_PROXY'],
};
const NO_PROXY = ['no_proxy', 'NO_PROXY'];
const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 } as const;

/** What the agent may connect to, and which HTTP proxy, if any, stands in between. */
export class Egress {
  /** Everything is reached as it is. */
  static readonly none = new Egress({}, undefined);

  constructor(
    private readonly proxies: Readonly<Partial<Record<Traffic, EgressProxy>>>,
    private readonly noProxy: NoProxyRules | undefined,
    /** What may be connected to for a target. */
    readonly list = EgressList.standard,
  ) {}

  /** The proxies in use, by what goes through them, for logs. */
  get shown(): Readonly<Partial<Record<Traffic, string>>> {
    return Object.fromEntries(Object.entries(this.proxies).map(([traffic, { shown }]) => [traffic, shown]));
  }

  /** @param origin - scheme, host and port of a target */
  forTarget(origin: string): EgressProxy | undefined {
    const { http, https } = this.proxies;
    if (http === undefined && https === undefined) {
      return undefined;
    }
    const { protocol, hostname, port } = new URL(origin);
    const isHttps = protocol === 'https:';
    const defaultPort = DEFAULT_PORTS[isHttps ? 'https:' : 'http:'];
    const target = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || defaultPort };
    return this.#unlessExempt(isHttps ? https : http, target);
  }

  forLink(endpoint: { readonly host: string; readonly port: number }): EgressProxy | undefined {
    return this.#unlessExempt(this.proxies.link, endpoint);
  }

  #unlessExempt(
    proxy: EgressProxy | undefined,
    { host, port }: { host: string; port: number },
  ): EgressProxy | undefined {
    return this.noProxy?.has(host, port) === true ? undefined : proxy;
  }
}

/** What options, and the usual variables where these are asked for, say. An option is stronger than a variable. */
export function readEgress(options: EgressOptions, environment: Environment): EgressOutcome {
  const env = options.fromEnvironment ? environment : {};
  const reader = new EgressReader(env);
  const proxies = {
    link: reader.proxy('agent.egress.linkProxy', options.linkProxy, 'link'),
    http: reader.proxy('agent.egress.targetProxy', options.targetProxy, 'http'),
    https: reader.proxy('agent.egress.targetProxy', options.targetProxy, 'https'),
  };
  const noProxy = reader.noProxy(options.noProxy);
  const list = reader.list({ allow: options.allow ?? [], deny: options.deny ?? [] });
  return reader.problems.length > 0
    ? { kind: 'invalid', problems: [...new Set(reader.problems)] }
    : { kind: 'ok', egress: new Egress(withoutUnset(proxies), noProxy, list) };
}

class EgressReader {
  readonly problems: string[] = [];

  constructor(private readonly env: Environment) {}

  proxy(option: string, text: string, traffic: Traffic): EgressProxy | undefined {
    if (text.trim() !== '') {
      return this.#parse(option, text);
    }
    const [name, value] = firstSet(this.env, VARIABLES[traffic]) ?? [];
    return name === undefined || value === undefined
      ? undefined
      : this.#parse(`${name} (agent.egress.fromEnvironment)`, value);
  }

  noProxy(entries: readonly string[]): NoProxyRules | undefined {
    const [, fromEnv = ''] = firstSet(this.env, NO_PROXY) ?? [];
    const outcome = NoProxyRules.parse([...entries, fromEnv]);
    if (outcome.kind === 'ok') {
      return outcome.rules;
    }
    const words = outcome.entries.map((entry) => JSON.stringify(entry)).join(', ');
    this.problems.push(`agent.egress.noProxy: ${words}: neither a host, an address nor a subnet`);
    return undefined;
  }

  list(lists: EgressLists): EgressList | undefined {
    const outcome = EgressList.parse(lists);
    if (outcome.kind === 'ok') {
      return outcome.list;
    }
    const words = 'neither a name, an address nor a subnet, with a port if wanted';
    this.problems.push(
      ...outcome.wrong.map(
        ({ option, entry }) => `agent.egress.${option}: ${JSON.stringify(entry)}: ${words}`,
      ),
    );
    return undefined;
  }

  #parse(name: string, text: string): EgressProxy | undefined {
    const outcome = parseEgressProxy(text);
    if (outcome.kind === 'ok') {
      return outcome.proxy;
    }
    this.problems.push(`${name}: ${outcome.reason}`);
    return undefined;
  }
}

function firstSet(env: Environment, names: readonly string[]): [name: string, value: string] | undefined {
  return names
    .map((name): [string, string] => [name, (env[name] ?? '').trim()])
    .find(([, value]) => value !== '');
}

function withoutUnset(
  proxies: Readonly<Record<Traffic, EgressProxy | undefined>>,
): Partial<Record<Traffic, EgressProxy>> {
  return Object.fromEntries(Object.entries(proxies).filter(([, proxy]) => proxy !== undefined));
}
