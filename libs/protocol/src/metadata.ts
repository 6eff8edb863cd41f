/** Response header that carries the agent's id on every answer to a bound connection (ASCII). */
export const AGENT_ID_HEADER = 'agent-id';

/** Request header that carries the agent's token on every call, when one is configured (ASCII). */
export const AGENT_TOKEN_HEADER = 'agent-token';

/**
 * Request header that marks a `writeChunkedResponsesToProxy` call which carries one large body alone,
 * and so may be paused without holding up anybody else. Older proxies ignore it.
 */
export const BODY_STREAM_HEADER = 'x-body-stream';

/** Value of {@link BODY_STREAM_HEADER} on such a call. */
export const BODY_STREAM_MARK = '1';

/** Largest gRPC message that existing peers accept, in bytes. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
