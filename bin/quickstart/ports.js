/** Ports for the quick start, found before anything is started. */
import { createServer } from 'node:net';

export const HOST = '127.0.0.1';

/**
 * Check that every port can be had, and choose one where 0 is asked for.
 *
 * @param {Record<string, number>} wanted by the flag that chooses it
 * @returns {Promise<Record<string, number>>}
 * @throws {Error} with a sentence that names the flags of all ports that are taken
 */
export async function choosePorts(wanted) {
  const probes = await Promise.all(Object.entries(wanted).map(([flag, port]) => probe(flag, port)));
  // Closed together at the end, so that two choices are never the same.
  await Promise.all(probes.map((one) => one.close()));
  const problems = probes.filter((one) => one.problem !== undefined).map((one) => one.problem);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return Object.fromEntries(probes.map(({ flag, port }) => [flag, port]));
}

function probe(flag, port) {
  const server = createServer();
  const close = () => new Promise((resolve) => server.close(resolve));
  return new Promise((resolve) => {
    server.once('error', (error) => resolve({ flag, port, problem: explain(flag, port, error), close }));
    server.listen(port, HOST, () => resolve({ flag, port: server.address().port, close }));
  });
}

function explain(flag, port, error) {
  const trouble = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be had (${error.code})`;
  return `port ${port} ${trouble}: choose another with --${flag}`;
}
