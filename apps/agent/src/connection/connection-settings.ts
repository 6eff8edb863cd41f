import { isIPv4 } from 'node:net';
import { Bound } from '@app/operations';
import { CAPABILITIES, type Capability } from '@app/protocol';
import type { ChannelOptions } from '@grpc/grpc-js';
import { type AgentOptions, formatEndpoint } from '../config/agent-options.js';
import { isLinkEncrypted } from '../config/link-security.js';
import type { HeartbeatOptions } from '../heartbeat/heartbeat.js';
import type { ConnectionOptions } from './proxy-connection.js';
import type { DialOptions } from './proxy-dialer.js';

/** As many scrapes as may run and wait, and as many answers on their way back. */
const IN_FLIGHT_FACTOR = 2;

export function connectionOptions(options: AgentOptions): ConnectionOptions {
  return {
    endpoints: options.endpoints,
    isConsolidated: options.consolidated,
    capabilities: announcedCapabilities(options),
    inFlightBound: new Bound(
      IN_FLIGHT_FACTOR * (options.limits.maxScrapesWaiting + options.http.maxConcurrentClients),
    ),
    reconnectPauseMs: options.internal.reconnectPauseSecs * 1_000,
    failbackProbeMs: options.internal.failbackProbeSecs * 1_000,
  };
}

/** A proxy offers bases to those who can do something with them. */
function announcedCapabilities({ wire }: AgentOptions): readonly Capability[] {
  return CAPABILITIES.filter((word) => word !== 'body-delta' || wire.compression !== 'passthrough');
}

export function heartbeatOptions(options: AgentOptions): HeartbeatOptions {
  return {
    isEnabled: options.internal.heartbeatEnabled,
    maxInactivityMs: options.internal.heartbeatMaxInactivitySecs * 1_000,
  };
}

export function dialOptions(options: AgentOptions): DialOptions {
  return {
    isUnbound: options.transportFilterDisabled,
    unaryDeadlineMs: Math.max(0, options.grpc.unaryDeadlineSecs * 1_000),
    overrideAuthority: options.tls.overrideAuthority.trim(),
    keepalive: keepaliveOptions(options.grpc),
  };
}

/** What is left at -1 is left to the library. */
function keepaliveOptions(grpc: AgentOptions['grpc']): ChannelOptions {
  const { keepAliveTimeSecs, keepAliveTimeoutSecs, keepAliveWithoutCalls } = grpc;
  return {
    ...(keepAliveTimeSecs === -1 ? {} : { 'grpc.keepalive_time_ms': keepAliveTimeSecs * 1_000 }),
    ...(keepAliveTimeoutSecs === -1 ? {} : { 'grpc.keepalive_timeout_ms': keepAliveTimeoutSecs * 1_000 }),
    ...(keepAliveWithoutCalls ? { 'grpc.keepalive_permit_without_calls': 1 } : {}),
  };
}

/** What an operator should know of a link that others can listen to. */
export function plaintextWarning(options: AgentOptions): string | undefined {
  const exposed = options.endpoints.filter(({ host }) => !isLoopback(host)).map(formatEndpoint);
  return isLinkEncrypted(options) || exposed.length === 0
    ? undefined
    : `the connection to ${exposed.join(', ')} is plain text: tokens and metrics can be read on the way (agent.tls encrypts it)`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
