export type { ConfigOutcome } from './config-outcome.js';
export * from './options/checks.js';
export * from './options/common-rows.js';
export * from './options/option-rows.js';
export * from './options/option-values.js';
