import type { DynamicModule, FactoryProvider, InjectionToken, ModuleMetadata, Type } from '@nestjs/common';

/** How a program stands in its host, and what of the host it is made of. */
export interface HostedPlace extends Pick<ModuleMetadata, 'imports'> {
  /** Whether every module of the host can inject it, and not only those that import its own. */
  readonly isGlobal?: boolean;
  readonly inject?: FactoryProvider['inject'];
}

/** A module that has one program of ours, under `token`, for its host to inject. */
export function hosted<Program>(
  module: Type,
  token: InjectionToken<Program>,
  { isGlobal, imports, inject }: HostedPlace,
  make: (...parts: never[]) => Promise<Program>,
): DynamicModule {
  return {
    module,
    global: isGlobal ?? false,
    imports: imports ?? [],
    providers: [{ provide: token, inject: inject ?? [], useFactory: make }],
    exports: [token],
  };
}
