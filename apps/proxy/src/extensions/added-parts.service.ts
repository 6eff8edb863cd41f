import { Inject, Injectable } from '@nestjs/common';
import { ExtensionFaults, Extensions } from '@app/extensions';
import { AgentAuthentication, isAuthenticator } from '../auth/agent-authentication.js';
import type { AgentAuthenticator } from '../auth/agent-authenticator.js';
import { requireOneDecider } from '../auth/one-decider.js';
import type { ScrapeAuthorizer } from '../auth/scrape-authorizer.js';
import { isAuthorizer, ScrapeGuard } from '../auth/scrape-guard.service.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS, SCRAPE_OBSERVERS } from '../proxy-tokens.js';
import { AgentSelection, isSelector } from '../scrape/agent-selection.js';
import type { AgentSelector } from '../scrape/agent-selector.js';
import { ContainedObserver, isObserver } from '../scrape/contained-observer.js';
import type { ScrapeObserver } from '../scrape/scrape-observer.js';
import { AGENT_AUTHENTICATOR, AGENT_SELECTOR, SCRAPE_AUTHORIZER, SCRAPE_OBSERVER } from './tokens.js';

/** Puts in place what modules that are not ours contribute. */
@Injectable()
export class AddedParts {
  constructor(
    private readonly extensions: Extensions,
    private readonly faults: ExtensionFaults,
    private readonly authentication: AgentAuthentication,
    private readonly guard: ScrapeGuard,
    private readonly selection: AgentSelection,
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    @Inject(SCRAPE_OBSERVERS) private readonly observers: ScrapeObserver[],
  ) {}

  /**
   * Once, when everything is instantiated and no port is open.
   *
   * @throws {TypeError} that names the module, when something of it cannot be used
   * @throws {ListenError} when both a module and the configuration say who may connect, or who may scrape
   */
  apply(): void {
    const authenticator = this.extensions.findOne<AgentAuthenticator>(AGENT_AUTHENTICATOR, isAuthenticator);
    if (authenticator !== undefined) {
      this.authentication.use(authenticator);
    }
    const authorizer = this.extensions.findOne<ScrapeAuthorizer>(SCRAPE_AUTHORIZER, isAuthorizer);
    if (authorizer !== undefined) {
      this.guard.use(authorizer);
    }
    requireOneDecider(this.options, { agents: this.authentication.decider, scrapers: this.guard.decider });
    const selector = this.extensions.findOne<AgentSelector>(AGENT_SELECTOR, isSelector);
    if (selector !== undefined) {
      this.selection.use(selector);
    }
    for (const observer of this.extensions.find<ScrapeObserver>(SCRAPE_OBSERVER, isObserver)) {
      this.observers.push(new ContainedObserver(observer, this.faults));
    }
    this.extensions.containHooks();
  }
}
