import { createRequire } from 'node:module';

const folder = createRequire(import.meta.url)
  .resolve('undici/package.json')
  .replace(/package\.json$/, '');
const ID = '\0lean-undici';

/** What the programs use of undici, and where it is. A name that is imported and not listed ends the build. */
const PARTS = {
  Agent: 'lib/dispatcher/agent.js',
  Client: 'lib/dispatcher/client.js',
  buildConnector: 'lib/core/connect.js',
  errors: 'lib/core/errors.js',
};

/** Leaves fetch, WebSocket, caches and mocks of undici out, all of which its index loads: 6 MB of memory. */
export function leanUndici() {
  const lines = Object.entries(PARTS).map(
    ([name, file]) => `export { default as ${name} } from ${JSON.stringify(folder + file)};`,
  );
  return {
    name: 'lean-undici',
    resolveId: (source) => (source === 'undici' ? ID : null),
    load: (id) => (id === ID ? lines.join('\n') : null),
  };
}
