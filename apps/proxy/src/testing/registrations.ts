import type { AgentSession } from '../agents/agent-session.js';
import type { PathRegistration } from '../paths/path-entry.js';

/** A claim of `session` to `path`. */
export function aRegistration(
  session: AgentSession,
  path: string,
  overrides: Partial<PathRegistration> = {},
): PathRegistration {
  return {
    session,
    path,
    agentPath: path,
    pathId: 0,
    labels: {},
    targetUrl: '',
    source: 'STATIC',
    ...overrides,
  };
}
