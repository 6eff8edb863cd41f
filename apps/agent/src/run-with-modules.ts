/**
 * The same as `run.ts`, and never part of a bundle: modules that somebody wrote for the agent must find the very classes and
 * tokens that this package exports, and its very Nest.
 */
export { runAgent } from './run.js';
