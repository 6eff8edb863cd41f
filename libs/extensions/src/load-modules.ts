import { registerHooks, type ResolveHookContext } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asError } from './extension-faults.js';
import type { ModuleImport, NamedModule } from './named.module.js';

/** A module that was named and cannot be used; the message names its file. */
export class ModuleLoadError extends Error {
  override readonly name = 'ModuleLoadError';
}

/** A bare name of a package: neither a path nor a URL nor one of Node's own. */
const BARE = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*(?:\/|$)/i;

/**
 * Load the modules that somebody wrote for a program: files whose default export is a Nest module.
 *
 * Such a file may import this package, and what this package is made of (`@nestjs/common`, `prom-client`), also from a
 * folder that has no packages of its own.
 *
 * @param files - paths, relative to the working directory
 * @param self - the name of this package, which a module must never have a second copy of
 * @throws {ModuleLoadError} for the first that cannot be used
 */
export async function loadModules(files: readonly string[], self: string): Promise<NamedModule[]> {
  if (files.length === 0) {
    return [];
  }
  lendPackages(self);
  const modules: NamedModule[] = [];
  for (const file of files) {
    modules.push({ name: file, module: await loadModule(file) });
  }
  return modules;
}

async function loadModule(file: string): Promise<ModuleImport> {
  let loaded: { default?: unknown };
  try {
    loaded = (await import(pathToFileURL(resolve(file)).href)) as { default?: unknown };
  } catch (error) {
    const words = asError(error).message;
    throw new ModuleLoadError(`module ${file} cannot be loaded: ${words}`, { cause: error });
  }
  const module = loaded.default;
  const isModule =
    typeof module === 'function' ||
    (typeof module === 'object' && module !== null && typeof Reflect.get(module, 'module') === 'function');
  if (!isModule) {
    throw new ModuleLoadError(`module ${file} must export a Nest module as its default`);
  }
  return module as ModuleImport;
}

/** What an importer does not find beside itself is looked for beside this package; this package itself only there. */
function lendPackages(self: string): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const own: ResolveHookContext = { ...context, parentURL: import.meta.url };
      if (specifier === self || specifier.startsWith(`${self}/`)) {
        return next(specifier, own);
      }
      try {
        return next(specifier, context);
      } catch (error) {
        if (!BARE.test(specifier)) {
          throw error;
        }
        return next(specifier, own);
      }
    },
  });
}
