import type { ProxyEndpoint } from '../config/proxy-endpoints.js';

/** A proxy and its place in the list. */
export interface Place {
  endpoint: ProxyEndpoint;
  index: number;
}

/**
 * The order in which endpoints are tried: a round tries each once, from the first on, without a pause; then
 * there is one. A connection that served ends its round, so the next one begins at the first endpoint again.
 */
export class EndpointRound {
  /** In order of preference. */
  readonly places: readonly Place[];
  #next = 0;

  /** @param endpoints - in order of preference, at least one */
  constructor(endpoints: readonly ProxyEndpoint[]) {
    if (endpoints.length === 0) {
      throw new RangeError('there is no proxy to connect to');
    }
    this.places = endpoints.map((endpoint, index) => ({ endpoint, index }));
  }

  /** The endpoint to try now; undefined when the round is over. */
  next(): Place | undefined {
    const place = this.places[this.#next];
    this.#next += 1;
    return place;
  }

  restart(): void {
    this.#next = 0;
  }
}
