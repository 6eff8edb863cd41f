import type { Extension, ExtensionFaults } from '@app/extensions';
import type { AgentSession } from '../agents/agent-session.js';
import type { PathEntry } from '../paths/path-entry.js';
import { type AgentSelector, LeastLoadedSelector } from './agent-selector.js';

const SEAM = 'AgentSelector';

/** Whether a value can be a selector at all. */
export const isSelector = (value: AgentSelector): boolean => typeof value.select === 'function';

/**
 * Asks the selector of a module where there is one, else takes the least loaded session. So it does, too, when that
 * selector throws or chooses what cannot be asked.
 */
export class AgentSelection implements AgentSelector {
  private readonly leastLoaded = new LeastLoadedSelector();
  private added: Extension<AgentSelector> | undefined;

  constructor(private readonly faults: ExtensionFaults) {}

  /** From now on this one chooses. */
  use(selector: Extension<AgentSelector>): void {
    this.added = selector;
  }

  select(entry: PathEntry, tried: ReadonlySet<AgentSession>): AgentSession | undefined {
    if (this.added === undefined) {
      return this.leastLoaded.select(entry, tried);
    }
    const { module, value } = this.added;
    try {
      return checked(value.select(entry, new Set(tried)), entry, tried);
    } catch (error) {
      this.faults.record(SEAM, module, error);
      return this.leastLoaded.select(entry, tried);
    }
  }
}

function checked(
  chosen: AgentSession | undefined,
  { registrations }: PathEntry,
  tried: ReadonlySet<AgentSession>,
): AgentSession | undefined {
  const isChoice = registrations.some(({ session }) => session === chosen && !tried.has(session));
  if (chosen !== undefined && !isChoice) {
    throw new TypeError('the chosen session is none of the path, or was tried already');
  }
  return chosen;
}
