/** Injection token of the proxy's options (`ProxyOptions`). */
export const PROXY_OPTIONS = Symbol('PROXY_OPTIONS');

/** Injection token of those who are told of sessions (`SessionObserver[]`). */
export const SESSION_OBSERVERS = Symbol('SESSION_OBSERVERS');

/** Injection token of those who are told of scrapes (`ScrapeObserver[]`). */
export const SCRAPE_OBSERVERS = Symbol('SCRAPE_OBSERVERS');

/** Injection token of where the options came from (`ConfigSource`); absent when they came from code. */
export const CONFIG_SOURCE = Symbol('CONFIG_SOURCE');
