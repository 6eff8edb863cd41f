import type { AgentOptions } from '../config/agent-options.js';
import type { HeartbeatOptions } from '../heartbeat/heartbeat.js';
import type { ProxyClientOptions } from './proxy-client.js';
import type { ConnectionOptions } from './proxy-connection.js';

export function connectionOptions(options: AgentOptions): ConnectionOptions {
  return {
    endpoints: options.endpoints,
    isConsolidated: options.consolidated,
    reconnectPauseMs: options.internal.reconnectPauseSecs * 1_000,
  };
}

export function heartbeatOptions(options: AgentOptions): HeartbeatOptions {
  return {
    isEnabled: options.internal.heartbeatEnabled,
    maxInactivityMs: options.internal.heartbeatMaxInactivitySecs * 1_000,
  };
}

/** @param proxy - `host:port` */
export function clientOptions(options: AgentOptions, proxy: string): ProxyClientOptions {
  return {
    target: proxy,
    token: options.agentToken,
    isUnbound: options.transportFilterDisabled,
    unaryDeadlineMs: Math.max(0, options.grpc.unaryDeadlineSecs * 1_000),
  };
}
