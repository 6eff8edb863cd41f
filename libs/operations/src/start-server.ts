import type { OperationsServer, startServer as start } from './operations-server.provider.js';

/** Start a small application on a port of its own. The framework that serves it is loaded now: few programs need it. */
export async function startServer(...how: Parameters<typeof start>): Promise<OperationsServer> {
  const provider = await import('./operations-server.provider.js');
  return provider.startServer(...how);
}
