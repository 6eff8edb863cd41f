import type { DynamicModule, Type } from '@nestjs/common';

/** Something that Nest takes as a module. */
export type ModuleImport = Type | DynamicModule | Promise<DynamicModule>;

/** A module that is not ours, and how logs and metrics call it. */
export interface NamedModule {
  readonly name: string;
  readonly module: ModuleImport;
}

/** What a module contributes to one seam. */
export interface Extension<T> {
  /** The module it came from. */
  readonly module: string;
  readonly value: T;
}

/** The class behind a module, which is how the container knows it; undefined for one that is still a promise. */
export function classOf(module: ModuleImport): Type | undefined {
  if (typeof module === 'function') {
    return module;
  }
  return 'module' in module ? module.module : undefined;
}

/** Give each module that has no name of its own that of its class. */
export function nameModules(modules: readonly (ModuleImport | NamedModule)[]): NamedModule[] {
  return modules.map((given) =>
    typeof given === 'object' && 'name' in given
      ? given
      : { name: classOf(given)?.name ?? 'module', module: given },
  );
}
