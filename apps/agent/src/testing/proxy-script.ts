import type { RegisterPathRequestMessage } from '@app/protocol';

/** How a scripted proxy differs from one that says yes to everything. */
export interface ProxyScript {
  /** What it announces; nothing unless given, like an older proxy. */
  capabilities?: readonly string[];
  /** Where it listens; 127.0.0.1 and a free port unless given. */
  host?: string;
  port?: number;
  /** Leave the agent id out of the header. */
  withoutAgentId?: boolean;
  /** Never answer connectAgent. */
  silentOnConnect?: boolean;
  /** The reason for which a path is refused; undefined accepts it. */
  refusePath?: (request: RegisterPathRequestMessage, attempt: number) => string | undefined;
  /** How heartbeats are answered; `silence` never does, nor does `error` to one on a stream. */
  heartbeat?: () => 'valid' | 'invalid' | 'error' | 'silence';
  registerAgent?: () => { valid: boolean; reason: string };
  pathWarnings?: readonly string[];
  /** Leave write streams open although the agent has half-closed them. */
  neverEndsWriteStreams?: boolean;
  /** Take no answer. */
  leavesAnswersUnread?: boolean;
  /** End every stream of a single body with an error at once. */
  refusesBodyStreams?: boolean;
  /** Do not read what comes on streams of single bodies until `readBodyStreams` is called. */
  isSlowReader?: boolean;
}
