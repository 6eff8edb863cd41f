import type { ProxyEndpoint } from '../config/proxy-endpoints.js';

/**
 * The order in which endpoints are tried: a round tries each once, from the first on, without a pause; then
 * there is one. A connection that served ends its round, so the next one begins at the first endpoint again.
 */
export class EndpointRound {
  readonly #endpoints: readonly ProxyEndpoint[];
  #next = 0;

  /** @param endpoints - in order of preference, at least one */
  constructor(endpoints: readonly ProxyEndpoint[]) {
    if (endpoints.length === 0) {
      throw new RangeError('there is no proxy to connect to');
    }
    this.#endpoints = endpoints;
  }

  /** The endpoint to try now and its place in the list; undefined when the round is over. */
  next(): { endpoint: ProxyEndpoint; index: number } | undefined {
    const index = this.#next;
    const endpoint = this.#endpoints[index];
    this.#next += 1;
    return endpoint === undefined ? undefined : { endpoint, index };
  }

  restart(): void {
    this.#next = 0;
  }
}
