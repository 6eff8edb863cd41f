import type { Capability } from '@app/protocol';
import type { AgentDescription, AgentSession } from '../agents/agent-session.js';
import type { ScrapeAnswer, ScrapeAsk } from '../scrape/scrape-answer.js';

/** What a fake session is to be; the rest is an older plain agent that is available and idle. */
export interface FakeSessionSettings {
  readonly name?: string;
  readonly launchId?: string;
  readonly isConsolidated?: boolean;
  readonly capabilities?: readonly Capability[];
  readonly identity?: string;
  readonly inFlight?: number;
}

/** A session without a stream: it is what the test says, and is never asked. */
export class FakeSession implements AgentSession {
  readonly id = crypto.randomUUID();
  readonly agent: AgentDescription;
  readonly identity: string | undefined;
  inFlight: number;
  isAvailable = true;
  isEnded = false;

  constructor(settings: FakeSessionSettings = {}) {
    const { name = 'edge', launchId = '', isConsolidated = false, capabilities = [] } = settings;
    this.agent = { launchId, name, hostName: 'host', isConsolidated, capabilities: new Set(capabilities) };
    this.identity = settings.identity;
    this.inFlight = settings.inFlight ?? 0;
  }

  ask(ask: ScrapeAsk): Promise<ScrapeAnswer> {
    throw new Error(`nobody should ask for ${ask.path} here`);
  }
}
