/**
 * Threads of Node.js for what blocks: half of them may look names up, the others compress and read files. With the usual
 * four, two names that hang would keep every other name waiting. It counts only before the first of them is used.
 */
const THREADS = 32;

/** Have more threads than usual, unless the environment says how many. */
export function widenThreadPool(environment: NodeJS.ProcessEnv): void {
  environment['UV_THREADPOOL_SIZE'] ??= String(THREADS);
}
