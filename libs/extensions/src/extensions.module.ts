import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ModuleImport, NamedModule } from './named.module.js';
import { ExtensionFaults, type FaultReport } from './extension-faults.js';
import { Extensions } from './extensions.service.js';

/** How faults are reported: a factory and what it is given. */
export interface FaultReporting {
  readonly inject: readonly (Type | symbol)[];
  readonly useFactory: (...parts: never[]) => FaultReport;
  /** Where these come from, unless they are global. */
  readonly imports?: readonly Type[];
}

/** Brings modules that are not ours into an application, and contains what goes wrong in them. */
@Global()
@Module({})
export class ExtensionsModule {
  static forRoot(named: readonly NamedModule[], reporting: FaultReporting): DynamicModule {
    return {
      module: ExtensionsModule,
      imports: [...(reporting.imports ?? []), ...named.map(({ module }): ModuleImport => module)],
      providers: [
        {
          provide: ExtensionFaults,
          inject: [...reporting.inject],
          useFactory: (...parts: never[]) => new ExtensionFaults(reporting.useFactory(...parts)),
        },
        {
          provide: Extensions,
          inject: [ModulesContainer, ExtensionFaults],
          useFactory: (container: ModulesContainer, faults: ExtensionFaults) =>
            new Extensions(container, named, faults),
        },
      ],
      exports: [ExtensionFaults, Extensions],
    };
  }
}

/**
 * A module that contributes one value to a seam: for values that are made outside Nest, or by another application.
 *
 * @param token - the seam's injection token, such as `SCRAPE_OBSERVER`
 * @param name - how logs and metrics call it
 */
export function extension(token: symbol, value: object, name = value.constructor.name): DynamicModule {
  @Module({})
  class ExtensionModule {}
  Object.defineProperty(ExtensionModule, 'name', { value: name });
  return { module: ExtensionModule, providers: [{ provide: token, useValue: value }] };
}
