import type { Bound } from '@app/operations';
import type { Capability } from '@app/protocol';
import type { AgentIdentity } from '../agent-identity.js';
import { formatEndpoint, type ProxyEndpoint } from '../config/proxy-endpoints.js';
import type { Place } from './endpoints.js';
import type { Route } from './proxy-dialer.js';
import type { ProxyClient } from './proxy-port.js';
import { ProxySession, type SessionParts } from './proxy-session.js';
import { registerAgent } from './register-agent.js';

export interface OpeningOptions {
  /** The proxies that may be dialled, in order of preference. */
  endpoints: readonly ProxyEndpoint[];
  isConsolidated: boolean;
  /** What is announced. */
  capabilities: readonly Capability[];
  /** Of the scrapes of one session that are made, or whose answers the link has not taken. */
  inFlightBound: Bound;
}

export interface OpeningParts extends SessionParts {
  identity: AgentIdentity;
  /** The ways to a proxy, to be tried in order; or in words why there is none. */
  routes: (endpoint: ProxyEndpoint, signal: AbortSignal) => Promise<readonly Route[] | string>;
}

/** What came of dialling one proxy: a session that serves, or why there is none. */
export type Opening =
  | { kind: 'opened'; session: ProxySession }
  /** `gotId`: the proxy had answered. `reason` is for people. */
  | { kind: 'failed'; reason: string; gotId: boolean };

/** Told when the proxy has answered and the session begins. */
type OnRegistering = () => void;

/** Dials one proxy at a time and begins sessions there. */
export class SessionOpening {
  readonly #options: OpeningOptions;
  readonly #parts: OpeningParts;

  constructor(options: OpeningOptions, parts: OpeningParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /**
   * Dial every address of a proxy until a session serves on one. It is the caller's then; nothing else is left behind,
   * also when the signal aborts.
   */
  async open(
    place: Place,
    signal: AbortSignal,
    onRegistering: OnRegistering = () => undefined,
  ): Promise<Opening> {
    const routes = await this.#parts.routes(place.endpoint, signal);
    if (typeof routes === 'string') {
      return { kind: 'failed', reason: routes, gotId: false };
    }
    const reasons = new Set<string>();
    let gotId = false;
    for (const route of routes) {
      if (signal.aborted) {
        break;
      }
      const opening = await this.#take(route(), place, signal, onRegistering);
      if (opening.kind === 'opened') {
        return opening;
      }
      reasons.add(opening.reason);
      gotId ||= opening.gotId;
    }
    return { kind: 'failed', reason: [...reasons].join('; '), gotId };
  }

  async #take(
    client: ProxyClient,
    place: Place,
    signal: AbortSignal,
    onRegistering: OnRegistering,
  ): Promise<Opening> {
    let session: ProxySession | undefined;
    const giveUp = (): void => (session === undefined ? client.close() : session.end('the agent is leaving'));
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const connected = await client.connectAgent();
      if (!connected.ok) {
        return failedAt(client, connected.problem.words, false);
      }
      onRegistering();
      const registered = await this.#register(client, connected.value, place.index);
      if (typeof registered === 'string' || signal.aborted) {
        return failedAt(client, typeof registered === 'string' ? registered : 'the agent is leaving', true);
      }
      session = new ProxySession(
        client,
        connected.value,
        registered.capabilities,
        this.#parts,
        this.#options.inFlightBound,
      );
      return (await session.open())
        ? { kind: 'opened', session }
        : { kind: 'failed', reason: await session.ended, gotId: true };
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #register(client: ProxyClient, agentId: string, proxyIndex: number): ReturnType<typeof registerAgent> {
    const { endpoints, isConsolidated, capabilities } = this.#options;
    const proxies = endpoints.map(formatEndpoint);
    const { identity } = this.#parts;
    const introduction = { identity, isConsolidated, capabilities, proxies, proxyIndex };
    return registerAgent(client, agentId, introduction);
  }
}

function failedAt(client: ProxyClient, reason: string, gotId: boolean): Opening {
  client.close();
  return { kind: 'failed', reason, gotId };
}
