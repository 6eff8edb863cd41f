/**
 * Injection token of a {@link TargetSource}. Each module may provide one, or a list of them; the sources of all modules
 * count at once, after those of the configuration.
 */
export const TARGET_SOURCE = Symbol.for('prometheus-proxy-node/TargetSource');
