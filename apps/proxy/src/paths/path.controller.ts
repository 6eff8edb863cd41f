import { Metadata, status } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod, RpcException } from '@nestjs/microservices';
import {
  SERVICE_NAME,
  type PathMapSizeRequestMessage,
  type PathMapSizeResponseInit,
  type RegisterPathRequestMessage,
  type RegisterPathResponseInit,
  type UnregisterPathRequestMessage,
  type UnregisterPathResponseInit,
} from '@app/protocol';
import { originOf } from '../agents/agent-call.js';
import { AgentRegistryService } from '../agents/agent-registry.service.js';
import { PathRegistrationService } from './path-registration.service.js';
import { PathTable } from './path-table.js';

/** Path id of a registration that was refused. */
const NO_PATH_ID = -1;

/** How paths come and go. */
@Controller()
export class PathController {
  constructor(
    private readonly registry: AgentRegistryService,
    private readonly registration: PathRegistrationService,
    private readonly table: PathTable,
  ) {}

  @GrpcMethod(SERVICE_NAME, 'registerPath')
  async registerPath(
    request: RegisterPathRequestMessage,
    metadata: Metadata,
  ): Promise<RegisterPathResponseInit> {
    const caller = this.registry.caller(request.agentId, originOf(metadata), 'registerPath');
    if (caller.kind !== 'session') {
      return this.refused(caller.reason);
    }

    caller.session.stepped();
    const outcome = await this.registration.register(caller.session, request);
    if (!outcome.isValid) {
      return this.refused(outcome.reason);
    }
    const canWarn = caller.session.agent.capabilities.has('path-warnings');
    const warnings = canWarn ? [...outcome.warnings] : [];
    return { valid: true, pathCount: this.table.size, pathId: outcome.pathId, warnings };
  }

  @GrpcMethod(SERVICE_NAME, 'unregisterPath')
  unregisterPath(
    { agentId, path }: UnregisterPathRequestMessage,
    metadata: Metadata,
  ): UnregisterPathResponseInit {
    const caller = this.registry.caller(agentId, originOf(metadata), 'unregisterPath');
    if (caller.kind !== 'session') {
      return { valid: false, reason: caller.reason };
    }
    caller.session.stepped();
    const reason = this.registration.unregister(caller.session, path);
    return { valid: reason === undefined, reason };
  }

  @GrpcMethod(SERVICE_NAME, 'pathMapSize')
  pathMapSize({ agentId }: PathMapSizeRequestMessage, metadata: Metadata): PathMapSizeResponseInit {
    const caller = this.registry.caller(agentId, originOf(metadata), 'pathMapSize');
    if (caller.kind === 'mismatch') {
      throw new RpcException({ code: status.PERMISSION_DENIED, message: caller.reason });
    }
    return { pathCount: this.table.size };
  }

  private refused(reason: string): RegisterPathResponseInit {
    return { valid: false, reason, pathCount: this.table.size, pathId: NO_PATH_ID };
  }
}
