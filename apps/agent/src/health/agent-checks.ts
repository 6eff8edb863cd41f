import type { HealthCheck } from '@app/operations';
import type { ConnectionState } from '../connection/proxy-connection.js';

/** The process answers, and that is all it takes: whether a proxy is there does not matter. */
export function livenessCheck(): HealthCheck {
  return { name: 'agent', scopes: ['livez'], check: () => ({ healthy: true }) };
}

/** Known to probes of prometheus-proxy: the parts of the program run, or the program does not. */
export function servicesCheck(): HealthCheck {
  return { name: 'all_services_healthy', scopes: ['healthcheck'], check: () => ({ healthy: true }) };
}

/** Ready is an agent whose every proxy can send it scrapes. */
export function readinessCheck(states: () => ConnectionState[]): HealthCheck {
  return {
    name: 'proxy_connection',
    scopes: ['readyz'],
    check: () => {
      const all = states();
      return { healthy: all.every((state) => state.kind === 'serving'), message: describeStates(all) };
    },
  };
}

/** The state of the link as a detail: without a proxy an agent is not unhealthy. */
export function linkCheck(states: () => ConnectionState[]): HealthCheck {
  return {
    name: 'proxy_link',
    scopes: ['healthcheck'],
    check: () => ({ healthy: true, message: describeStates(states()) }),
  };
}

/** @param threshold - scrapes asked for and not finished from which the agent is unhealthy */
export function backlogCheck(backlog: () => number, threshold: number): HealthCheck {
  return {
    name: 'scrape_request_backlog_check',
    scopes: ['healthcheck'],
    check: () => {
      const size = backlog();
      return size < threshold
        ? { healthy: true }
        : { healthy: false, message: `Scrape request backlog size ${size} >= threshold ${threshold}` };
    },
  };
}

/** The states of the connections, each with its proxy. */
export function describeStates(states: ConnectionState[]): string {
  return states.map((state) => ('proxy' in state ? `${state.kind}: ${state.proxy}` : state.kind)).join(', ');
}
