/** Injection token of the process's pino logger; provided by `loggerModule`. */
export const LOGGER = Symbol('LOGGER');

/** Injection token of this application's own prom-client registry; provided by `OperationsModule`. */
export const METRICS_REGISTRY = Symbol('METRICS_REGISTRY');

/** Injection token of the {@link OperationsOptions}; inside this library only. */
export const OPERATIONS_OPTIONS = Symbol('OPERATIONS_OPTIONS');
