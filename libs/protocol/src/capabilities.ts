/**
 * What a peer can understand beyond prometheus-proxy 4.x. Each side announces its list in registerAgent;
 * an addition to the wire is used only towards a peer that announced its word (docs/protocol.md).
 */
export const CAPABILITIES = [
  /** `ScrapeRequest.budget_millis`: the agent bounds the fetch by what is left of the deadline. */
  'scrape-budget',
  /** `ScrapeRequest.cancelled`: the agent aborts a fetch that nobody waits for. */
  'scrape-cancel',
  /** `ScrapeResponse.failure_code`: the code word of a failure beside its words. */
  'failure-code',
  /** `HeartBeatRequest.draining`: the agent is leaving. */
  'draining',
  /** `RegisterPathResponse.warnings`: what of a registration was dropped. */
  'path-warnings',
  /** `ScrapeResponse.waited_micros`, `.target_micros` and those of `HeaderData`: where the time went in the agent. */
  'scrape-times',
  /** `ScrapeRequest.delta_offer`, `ScrapeResponse.delta_body`: a body as its difference to an earlier one. */
  'body-delta',
  /** `ScrapeRequest.accept_number`: a long `accept` is sent once. */
  'accept-numbers',
  /** Gzip that needs no call of its own may come in one `ScrapeResponse`, where an older proxy gets chunks. */
  'whole-bodies',
  /** `agent_id` is left out where the connection says whose a message is. */
  'implied-agent-id',
  /** `ScrapeRequest.headers`, `ScrapeResponse.headers`, `HeaderData.header_headers`: headers that both sides list. */
  'passed-headers',
  /** A `ScrapeResponse` with `scrape_id` 0 is a heartbeat, a `ScrapeRequest` with it the answer. */
  'stream-heartbeats',
] as const;

/** One word of {@link CAPABILITIES}. */
export type Capability = (typeof CAPABILITIES)[number];

/** What the peer announced, reduced to the words known here; an older peer has none. */
export function parseCapabilities(announced: readonly string[]): ReadonlySet<Capability> {
  return new Set(CAPABILITIES.filter((capability) => announced.includes(capability)));
}
