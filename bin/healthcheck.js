#!/usr/bin/env node
/**
 * The health check of a container: asks the program in it, through its admin server, whether it is alive.
 *
 * HEALTHCHECK_URL says where to ask; without it, the argument does. Without it, too, a refused connection is
 * no failure: the admin server is off by default, and a program that ended ends its container.
 */
import process from 'node:process';

const TIMEOUT_MS = 3_000;
const askedFor = process.env.HEALTHCHECK_URL;

try {
  const response = await fetch(askedFor ?? process.argv[2], { signal: AbortSignal.timeout(TIMEOUT_MS) });
  await response.arrayBuffer();
  leave(response.status === 200, `status ${response.status}`);
} catch (error) {
  const isRefused = error.cause?.code === 'ECONNREFUSED';
  leave(isRefused && askedFor === undefined, isRefused ? 'no admin server' : (error.cause ?? error).message);
}

function leave(isHealthy, words) {
  process.stdout.write(`${words}\n`);
  process.exitCode = isHealthy ? 0 : 1;
}
