/**
 * The proxy as a module of a Nest application, and what its own modules can add to.
 *
 * @packageDocumentation
 */
export { type ConfigOutcome, type ConfigSource, SettingsError } from '@app/config';
export { extension, type ModuleImport, type NamedModule } from '@app/extensions';
export { ListenError, LOGGER, type Logger, METRICS_REGISTRY } from '@app/operations';
export type { AgentDescription, AgentSession } from './agents/agent-session.js';
export type { AgentAuthenticator, AgentProof } from './auth/agent-authenticator.js';
export type { ScrapeAuthorizer, Scraper, ScrapeRights } from './auth/scrape-authorizer.js';
export type { RunningProxy } from './bootstrap.js';
export { loadProxyConfig, type ProxyOptions } from './config/proxy-options.js';
export {
  InjectProxy,
  ProxyModule,
  type ProxyModuleAsyncOptions,
  type ProxyPlace,
  proxyToken,
} from './embedding/proxy.module.js';
export { EmbeddedProxy } from './embedding/embedded-proxy.service.js';
export type { ProxyModuleOptions, ProxySettings } from './embedding/proxy-setup.js';
export {
  AGENT_AUTHENTICATOR,
  AGENT_SELECTOR,
  SCRAPE_AUTHORIZER,
  SCRAPE_OBSERVER,
} from './extensions/tokens.js';
export type { PathEntry, PathRegistration } from './paths/path-entry.js';
export type { AgentSelector } from './scrape/agent-selector.js';
export type { ScrapeAnswer, ScrapeAsk, ScrapeFailure } from './scrape/scrape-answer.js';
export type { ScrapeObserver, ScrapeRecord } from './scrape/scrape-observer.js';
