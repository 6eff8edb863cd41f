import { Inject, Injectable } from '@nestjs/common';
import { ExtensionFaults, Extensions } from '@app/extensions';
import { ListenError } from '@app/operations';
import { AgentAuthentication, isAuthenticator } from '../auth/agent-authentication.js';
import type { AgentAuthenticator } from '../auth/agent-authenticator.js';
import { AgentIdentities } from '../auth/agent-identities.js';
import { SCRAPE_OBSERVERS } from '../proxy-tokens.js';
import { AgentSelection, isSelector } from '../scrape/agent-selection.js';
import type { AgentSelector } from '../scrape/agent-selector.js';
import { ContainedObserver, isObserver } from '../scrape/contained-observer.js';
import type { ScrapeObserver } from '../scrape/scrape-observer.js';
import { AGENT_AUTHENTICATOR, AGENT_SELECTOR, SCRAPE_OBSERVER } from './tokens.js';

/** Puts in place what modules that are not ours contribute. */
@Injectable()
export class AddedParts {
  constructor(
    private readonly extensions: Extensions,
    private readonly faults: ExtensionFaults,
    private readonly identities: AgentIdentities,
    private readonly authentication: AgentAuthentication,
    private readonly selection: AgentSelection,
    @Inject(SCRAPE_OBSERVERS) private readonly observers: ScrapeObserver[],
  ) {}

  /**
   * Once, when everything is instantiated and no port is open.
   *
   * @throws {TypeError} that names the module, when something of it cannot be used
   * @throws {ListenError} when both a module and the configuration say who may connect
   */
  apply(): void {
    const authenticator = this.extensions.findOne<AgentAuthenticator>(AGENT_AUTHENTICATOR, isAuthenticator);
    if (authenticator !== undefined) {
      this.refuseTwo(authenticator.module);
      this.authentication.use(authenticator);
    }
    const selector = this.extensions.findOne<AgentSelector>(AGENT_SELECTOR, isSelector);
    if (selector !== undefined) {
      this.selection.use(selector);
    }
    for (const observer of this.extensions.find<ScrapeObserver>(SCRAPE_OBSERVER, isObserver)) {
      this.observers.push(new ContainedObserver(observer, this.faults));
    }
    this.extensions.containHooks();
  }

  private refuseTwo(module: string): void {
    if (this.identities.isRequired) {
      const words = `module ${module} decides which agents may connect, and so do proxy.auth and proxy.agentToken: leave one out`;
      throw new ListenError(words);
    }
  }
}
