export * from './capabilities.js';
export * from './failure-codes.js';
export * from './messages.js';
export * from './metadata.js';
export * from './metered-definition.js';
export * from './package-definition.js';
export * from './reflection-files.js';
