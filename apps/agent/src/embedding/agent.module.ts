import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type InjectionToken,
} from '@nestjs/common';
import { hosted } from '@app/operations';
import type { AgentModuleOptions } from './agent-setup.js';
import { EmbeddedAgent } from './embedded-agent.service.js';

/** How an agent stands in its host. */
export interface AgentPlace {
  /**
   * Tells several agents of one host apart, see {@link agentToken}; also the agent's name at the proxy where its
   * settings give none. One agent of a host may go without.
   */
  readonly name?: string;
  /** Whether every module of the host can inject it, and not only those that import this one. */
  readonly isGlobal?: boolean;
}

/** For options that are not known before the host runs. */
export interface AgentModuleAsyncOptions extends AgentPlace, Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...parts: never[]) => AgentModuleOptions | Promise<AgentModuleOptions>;
}

/**
 * An agent in an application of yours. It starts and ends with the application's lifecycle, installs no signal
 * handlers, never ends the process, and shares nothing with other agents or with the application: its own modules live
 * in a container of their own.
 */
@Module({})
export class AgentModule {
  static forRoot({ name, isGlobal, ...options }: AgentModuleOptions & AgentPlace): DynamicModule {
    return this.forRootAsync({ name, isGlobal, useFactory: () => options });
  }

  static forRootAsync({ useFactory, ...host }: AgentModuleAsyncOptions): DynamicModule {
    return hosted(AgentModule, agentToken(host.name), host, async (...parts: never[]) => {
      const setup = await useFactory(...parts);
      return new EmbeddedAgent(setup, host.name);
    });
  }
}

/** Injection token of an {@link EmbeddedAgent}: its class for the one without a name. */
export function agentToken(name?: string): InjectionToken<EmbeddedAgent> {
  return name === undefined ? EmbeddedAgent : `EmbeddedAgent:${name}`;
}

/** Injects the {@link EmbeddedAgent} of this name. */
export const InjectAgent = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(agentToken(name));
