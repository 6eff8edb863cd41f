import { createServer } from 'node:net';

/**
 * Below the range from which the system takes ports for outgoing connections, so that none of those can take
 * a port between the moment it was found free and the moment a program opens it.
 */
const PORT_COUNT = 3_000;
/** Files that are run at once take theirs from ranges of their own. */
const FIRST_PORT = 20_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 4) * PORT_COUNT;

let cursor = Math.floor(Math.random() * PORT_COUNT);

/** A TCP port that nobody listens on, and that no other call in this process was given lately. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < PORT_COUNT; attempt++) {
    cursor = (cursor + 1) % PORT_COUNT;
    const port = FIRST_PORT + cursor;
    if (await isFree(port)) return port;
  }
  throw new Error('no free TCP port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}
