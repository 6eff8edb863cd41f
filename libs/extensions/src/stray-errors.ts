import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asError } from './extension-faults.js';

/** Told of an error that a module threw where nobody could catch it. */
export type OnStrayError = (module: string, error: Error) => void;

/**
 * Keeps a program alive when a module that somebody wrote for it throws where nobody can catch it: in a timer, an event
 * listener, a promise that nobody awaits. An error is a module's when its stack passes through the module's folder and
 * not through this package; any other ends the program, as it would without.
 *
 * For a program's own entry point only: it listens to the whole process.
 */
export function containStrayErrors(files: readonly string[], onStrayError: OnStrayError): void {
  if (files.length === 0) {
    return;
  }
  process.on('uncaughtException', (thrown: unknown) => {
    const error = asError(thrown);
    const file = ownerOf(error.stack ?? '', files);
    if (file === undefined) {
      process.stderr.write(`${error.stack ?? error.message}\n`);
      process.exit(1);
    }
    onStrayError(file, error);
  });
}

/** Where this package's own code lies, built or not. */
const OWN_FOLDERS = ['apps', 'libs'].map((name) =>
  fileURLToPath(new URL(`../../../${name}/`, import.meta.url)),
);

/** The module whose folder the innermost frame that belongs to any of them lies in. */
export function ownerOf(stack: string, files: readonly string[]): string | undefined {
  const folders = files.map((file) => ({ file, folder: `${dirname(resolve(file))}${sep}` }));
  for (const line of stack.split('\n').slice(1)) {
    const path = pathIn(line);
    if (path !== undefined) {
      const isOwn = OWN_FOLDERS.some((folder) => path.startsWith(folder));
      return isOwn ? undefined : folders.find(({ folder }) => path.startsWith(folder))?.file;
    }
  }
  return undefined;
}

/** The file of a frame; undefined for one of Node itself, or of a package that a module may use. */
function pathIn(line: string): string | undefined {
  const place = /\(?((?:file:\/\/|\/|[A-Z]:\\).*?):\d+:\d+\)?$/.exec(line.trim())?.[1];
  if (place === undefined || place.includes(`${sep}node_modules${sep}`)) {
    return undefined;
  }
  return place.startsWith('file://') ? fileURLToPath(place) : place;
}
