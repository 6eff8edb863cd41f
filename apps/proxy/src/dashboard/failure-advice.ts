import type { FailureCode } from '@app/protocol';

/** What a reason of failure means, and what a person can do about it; one row of docs/failure-reasons.md. */
export interface FailureAdvice {
  readonly meaning: string;
  readonly advice: string;
}

/** For every reason, in the words of docs/failure-reasons.md. */
export const FAILURE_ADVICE: Record<FailureCode, FailureAdvice> = {
  invalid_path: {
    meaning: 'No agent has this path. The body names paths that look like it.',
    advice: "Compare metrics_path with the agent's pathConfigs; look whether that agent is connected.",
  },
  bad_request: {
    meaning: 'The path or the query is malformed.',
    advice: 'Correct metrics_path and params of the job.',
  },
  method_not_allowed: { meaning: 'Something other than GET or HEAD was asked.', advice: 'Scrape with GET.' },
  agent_gone: {
    meaning: 'The agent of this path left a short while ago, or was leaving. The body says when.',
    advice: 'Look at the agent and its network; it registers the path again when it is back.',
  },
  agent_disconnected: {
    meaning: 'The agent left while the scrape waited for it.',
    advice: 'As above; one such scrape now and then is an agent that restarted.',
  },
  timed_out: {
    meaning: 'The agent did not answer within the deadline.',
    advice: "Look at the agent's load and the link; raise scrape_timeout if the target is slow.",
  },
  upstream_timed_out: {
    meaning: 'The agent answered, but the target did not within the deadline.',
    advice: 'Raise scrape_timeout, or make the target faster.',
  },
  target_unreachable: {
    meaning:
      "The agent could not connect to the target (refused, DNS, TLS), or the connection broke. The body has the agent's words.",
    advice: "Try the URL from the agent's host.",
  },
  upstream_error: {
    meaning: 'The target answered with an error of its own. A redirect is not followed and shows as 502.',
    advice: 'Look at the target, and at its URL in pathConfigs.',
  },
  path_not_found: {
    meaning: 'The agent does not know the path, or the target says 404.',
    advice: 'Correct the URL in pathConfigs.',
  },
  content_too_large: {
    meaning: "The body is over the agent's http.maxContentLengthMBytes.",
    advice: 'Raise it, or expose less.',
  },
  payload_too_large: {
    meaning: "The body is over one of the proxy's limits in internal.",
    advice: 'Raise the limit that the body names.',
  },
  invalid_payload: {
    meaning: 'A checksum, a count or the gzip of the body is broken.',
    advice: 'If it repeats, look at what stands between target, agent and proxy.',
  },
  overloaded: {
    meaning:
      'A bound of the proxy or the agent is reached: scrapes in flight or waiting, or memory for bodies.',
    advice: 'Look at the gauges in metrics; add agents, or raise limits.',
  },
  unauthorized: {
    meaning: 'Kept for credentials of scrapers, which the proxy does not ask for yet.',
    advice: 'Give the job its credentials.',
  },
  forbidden: {
    meaning: 'Kept for credentials of scrapers, which the proxy does not ask for yet.',
    advice: 'Correct what the credentials allow.',
  },
  proxy_stopping: {
    meaning: 'The proxy is leaving, or not ready yet.',
    advice: "Wait; if it stays, look at the proxy's log.",
  },
};
