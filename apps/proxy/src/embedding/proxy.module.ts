import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  type InjectionToken,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { hosted } from '@app/operations';
import { EmbeddedProxy } from './embedded-proxy.service.js';
import type { ProxyModuleOptions } from './proxy-setup.js';

/** How a proxy stands in its host. */
export interface ProxyPlace {
  /** Tells several proxies of one host apart, see {@link proxyToken}. One of a host may go without. */
  readonly name?: string;
  /** Whether every module of the host can inject it, and not only those that import this one. */
  readonly isGlobal?: boolean;
}

/** For options that are not known before the host runs. */
export interface ProxyModuleAsyncOptions extends ProxyPlace, Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...parts: never[]) => ProxyModuleOptions | Promise<ProxyModuleOptions>;
}

/**
 * A proxy in an application of yours, on ports of its own. It starts and ends with the application's lifecycle, installs
 * no signal handlers, never ends the process, and shares nothing with other proxies or with the application: its own
 * modules live in a container of their own.
 */
@Module({})
export class ProxyModule {
  static forRoot({ name, isGlobal, ...options }: ProxyModuleOptions & ProxyPlace = {}): DynamicModule {
    return this.forRootAsync({ name, isGlobal, useFactory: () => options });
  }

  static forRootAsync({ useFactory, ...host }: ProxyModuleAsyncOptions): DynamicModule {
    return hosted(ProxyModule, proxyToken(host.name), host, async (...parts: never[]) => {
      const setup = await useFactory(...parts);
      return new EmbeddedProxy(setup);
    });
  }
}

/** Injection token of an {@link EmbeddedProxy}: its class for the one without a name. */
export function proxyToken(name?: string): InjectionToken<EmbeddedProxy> {
  return name === undefined ? EmbeddedProxy : `EmbeddedProxy:${name}`;
}

/** Injects the {@link EmbeddedProxy} of this name. */
export const InjectProxy = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(proxyToken(name));
