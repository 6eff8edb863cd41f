import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { classOf, type Extension, type NamedModule } from './named.module.js';
import { ExtensionFaults } from './extension-faults.js';

type Module = ModulesContainer extends Map<string, infer M> ? M : never;

const HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;

/**
 * What modules that are not ours contribute: every provider that one of them, or a module it imports, has under the
 * token of a seam. A provider that is a list contributes each of its elements.
 */
@Injectable()
export class Extensions {
  constructor(
    private readonly container: ModulesContainer,
    private readonly named: readonly NamedModule[],
    private readonly faults: ExtensionFaults,
  ) {}

  /** Whether there are any modules that are not ours. */
  get isEmpty(): boolean {
    return this.named.length === 0;
  }

  /** How logs and metrics call them. */
  get names(): readonly string[] {
    return this.named.map(({ name }) => name);
  }

  /**
   * What there is for a seam, in the order in which the modules were given. Once everything is instantiated.
   *
   * @param isUsable - whether a value has what the seam's interface asks for
   * @throws {TypeError} that names the module, when a value does not
   */
  find<T>(token: symbol, isUsable: (value: T) => boolean): Extension<T>[] {
    return this.modules().flatMap(({ name, module }) => {
      const value: unknown = module.providers.get(token)?.instance;
      const values = (value === undefined || value === null ? [] : [value].flat()) as T[];
      if (!values.every((one) => isUsable(one))) {
        const seam = token.description ?? '';
        throw new TypeError(`module ${name}: what it provides for ${seam} lacks a method of that interface`);
      }
      return values.map((one) => ({ module: name, value: one }));
    });
  }

  /**
   * The only one there is for a seam that takes one.
   *
   * @throws {TypeError} that names the modules, when there are several
   */
  findOne<T>(token: symbol, isUsable: (value: T) => boolean): Extension<T> | undefined {
    const found = this.find(token, isUsable);
    if (found.length > 1) {
      const names = found.map(({ module }) => module).join(', ');
      throw new TypeError(
        `there can be one ${token.description ?? ''}, but several modules bring it: ${names}`,
      );
    }
    return found[0];
  }

  /** What these modules do when the program ends must not keep ours from ending in order: contain their errors. */
  containHooks(): void {
    for (const { name, module } of this.modules()) {
      for (const { instance } of [...module.providers.values(), ...module.controllers.values()]) {
        HOOKS.forEach((hook) => this.containHook(instance as object | undefined, hook, name));
      }
    }
  }

  private containHook(instance: object | undefined, hook: (typeof HOOKS)[number], name: string): void {
    const own: unknown = (instance as Record<string, unknown> | undefined)?.[hook];
    if (instance === undefined || typeof own !== 'function') {
      return;
    }
    const contained = async (...args: unknown[]): Promise<void> => {
      try {
        await (own as (...given: unknown[]) => unknown).apply(instance, args);
      } catch (error) {
        this.faults.record(hook, name, error);
      }
    };
    Object.defineProperty(instance, hook, { value: contained, configurable: true });
  }

  /** The given modules, each followed by those it imports that are nobody else's. */
  private modules(): { name: string; module: Module }[] {
    const all = [...this.container.values()];
    const found = new Map<Module, string>();
    for (const { name, module } of this.named) {
      const root = all.find((one) => one.metatype === classOf(module) && !found.has(one));
      this.collect(root, name, found);
    }
    return [...found].map(([module, name]) => ({ module, name }));
  }

  private collect(module: Module | undefined, name: string, found: Map<Module, string>): void {
    if (module === undefined || found.has(module) || module.isGlobal) {
      return;
    }
    found.set(module, name);
    module.imports.forEach((imported) => this.collect(imported, name, found));
  }
}
