/**
 * The same as `run.ts`, and never part of a bundle: modules that somebody wrote for the proxy must find the very classes and
 * tokens that this package exports, and its very Nest.
 */
export { runProxy } from './run.js';
