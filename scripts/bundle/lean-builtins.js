import { createRequire, isBuiltin } from 'node:module';

const require = createRequire(import.meta.url);
const MARK = '\0node:';

/**
 * Takes the modules of Node.js from `process.getBuiltinModule` where a program would import them.
 *
 * An import reads every export that a module has. Among those of `node:http` are names of the browser's WebSocket, behind
 * which Node.js keeps a second HTTP client and what that needs: 14 MB, which a program pays for that only creates a server.
 * `node:process` and `node:util` have such exports, too. Asked for this way, a module has read of it what is used.
 */
export function leanBuiltins() {
  return {
    name: 'lean-builtins',
    resolveId: (source, _importer, { kind }) =>
      kind === 'import-statement' && isBuiltin(source)
        ? { id: MARK + bareName(source), moduleSideEffects: false }
        : null,
    load: (id) =>
      id.startsWith(MARK) ? { code: leanModule(id.slice(MARK.length)), moduleSideEffects: false } : null,
  };
}

function bareName(source) {
  return source.replace(/^node:/, '');
}

/** Every export is a call that the bundler leaves out where nobody asks for it. */
function leanModule(name) {
  const names = Object.keys(require(`node:${name}`)).filter(
    (each) => /^[\w$]+$/.test(each) && each !== 'default',
  );
  return [
    `const builtin = process.getBuiltinModule('node:${name}');`,
    'const read = (name) => builtin[name];',
    'export default builtin;',
    ...names.map(
      (each, at) => `const _${at} = /* @__PURE__ */ read('${each}');\nexport { _${at} as ${each} };`,
    ),
  ].join('\n');
}
