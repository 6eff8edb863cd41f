import { Metadata, status, type ServerUnaryCall } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, RpcException } from '@nestjs/microservices';
import {
  AGENT_ID_HEADER,
  CAPABILITIES,
  type Capability,
  parseCapabilities,
  SERVICE_NAME,
  type AgentInfoInit,
  type HeartBeatRequestMessage,
  type HeartBeatResponseInit,
  type RegisterAgentRequestMessage,
  type RegisterAgentResponseInit,
} from '@app/protocol';
import { packageVersion } from '@app/operations';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { connectionIdOf, identityOf, originOf } from './agent-call.js';
import { AgentConnections } from './agent-connections.service.js';
import { AgentRegistryService } from './agent-registry.service.js';
import type { StreamSession } from './stream-session.js';

type Call = ServerUnaryCall<unknown, unknown>;

/** Characters that each name of an agent may have; it is kept for as long as its session, and after. */
const MAX_NAME_LENGTH = 256;

/** How sessions begin and stay alive. */
@Controller()
export class AgentController {
  private readonly version = packageVersion();

  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    private readonly registry: AgentRegistryService,
    private readonly connections: AgentConnections,
    private readonly metrics: ProxyMetrics,
  ) {}

  @GrpcMethod(SERVICE_NAME, 'connectAgent')
  connectAgent(_request: unknown, metadata: Metadata, call: Call): object {
    const session = this.open(metadata, call, !this.options.transportFilterDisabled);
    const headers = new Metadata();
    headers.set(AGENT_ID_HEADER, session.id);
    call.sendMetadata(headers);
    return {};
  }

  @GrpcMethod(SERVICE_NAME, 'connectAgentWithTransportFilterDisabled')
  connectUnbound(_request: unknown, metadata: Metadata, call: Call): AgentInfoInit {
    return { agentId: this.open(metadata, call, false).id };
  }

  @GrpcMethod(SERVICE_NAME, 'registerAgent')
  registerAgent(request: RegisterAgentRequestMessage, metadata: Metadata): RegisterAgentResponseInit {
    const { agentId } = request;
    const caller = this.registry.caller(agentId, originOf(metadata), 'registerAgent');
    if (caller.kind !== 'session') {
      return { valid: false, reason: caller.reason, agentId };
    }

    const tooLong = findTooLong(request);
    if (tooLong !== undefined) {
      return { valid: false, reason: tooLong, agentId };
    }
    const capabilities = parseCapabilities(request.capabilities);
    caller.session.stepped();
    this.registry.register(caller.session, {
      launchId: request.launchId,
      name: request.agentName,
      hostName: request.hostName,
      isConsolidated: request.consolidated,
      capabilities,
    });
    const more = { capabilities: capabilitiesFor(caller.session), version: this.version };
    return { valid: true, agentId, ...(capabilities.size > 0 && more) };
  }

  /** The one call that comes all the time: {@link AgentServer} takes it past Nest. */
  sendHeartBeat({ agentId, draining }: HeartBeatRequestMessage, metadata: Metadata): HeartBeatResponseInit {
    this.metrics.heartbeat();
    const caller = this.registry.caller(agentId, originOf(metadata), 'sendHeartBeat');
    if (caller.kind !== 'session') {
      return { valid: false, reason: caller.reason };
    }
    caller.session.heard();
    if (draining) {
      caller.session.drain();
    }
    return { valid: true };
  }

  private open(metadata: Metadata, call: Call, isBound: boolean): StreamSession {
    const connection = this.connections.find(connectionIdOf(metadata));
    if (isBound && connection === undefined) {
      throw new RpcException({ code: status.UNAVAILABLE, message: 'The connection has closed' });
    }
    const opened = this.registry.open({
      connection: isBound ? connection : undefined,
      openedOver: connectionIdOf(metadata),
      peer: connection?.peer ?? call.getPeer(),
      identity: identityOf(metadata),
    });
    if (opened.kind === 'refused') {
      throw new RpcException({ code: status.RESOURCE_EXHAUSTED, message: opened.reason });
    }
    opened.session.stepped();
    this.metrics.connected();
    return opened.session;
  }
}

/** A session that is bound to no connection is known by its id alone. */
function capabilitiesFor({ origin }: StreamSession): Capability[] {
  return CAPABILITIES.filter(
    (capability) => capability !== 'implied-agent-id' || origin.connection !== undefined,
  );
}

function findTooLong({ agentName, hostName, launchId }: RegisterAgentRequestMessage): string | undefined {
  const names = { agent_name: agentName, host_name: hostName, launch_id: launchId };
  const tooLong = Object.entries(names).find(([, name]) => name.length > MAX_NAME_LENGTH);
  return (
    tooLong && `${tooLong[0]} has ${tooLong[1].length} characters, at most ${MAX_NAME_LENGTH} are allowed`
  );
}
