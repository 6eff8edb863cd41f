/** Injection token of the {@link AgentAuthenticator}; one module of a proxy may provide it. */
export const AGENT_AUTHENTICATOR = Symbol.for('prometheus-proxy-node/AgentAuthenticator');

/** Injection token of the {@link AgentSelector}; one module of a proxy may provide it. */
export const AGENT_SELECTOR = Symbol.for('prometheus-proxy-node/AgentSelector');

/** Injection token of the {@link ScrapeAuthorizer}; one module of a proxy may provide it. */
export const SCRAPE_AUTHORIZER = Symbol.for('prometheus-proxy-node/ScrapeAuthorizer');

/** Injection token of a {@link ScrapeObserver}. Each module may provide one, or a list of them; all are told. */
export const SCRAPE_OBSERVER = Symbol.for('prometheus-proxy-node/ScrapeObserver');
