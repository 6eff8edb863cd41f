/** What an agent shows of itself with a call. */
export interface AgentProof {
  /** As it was sent; empty when there is none. Never to be logged. */
  readonly token: string;
  /** Subject alternative names (`DNS:…`, `URI:…`) of the verified certificate of its connection. */
  readonly subjects: readonly string[];
}

/**
 * Decides who may connect, and which paths each may claim, in place of `proxy.auth` and `proxy.agentToken`.
 *
 * Both methods may answer at once or later, and have 5 seconds; `signal` aborts when these are over. One that throws or
 * is late lets nobody new in: new agents are turned away and dial again, those that were let in on the same connection
 * stay. Its faults are counted in `proxy_module_errors_total` and logged by the module's name.
 */
export interface AgentAuthenticator {
  /**
   * The identity that a proof stands for, 1 to 256 characters, or undefined when it stands for none. It names the agent
   * in logs, and a path that one identity holds is not given to another.
   *
   * Asked with every call of every agent, every few seconds: remember what was learned for as long as it may count, and
   * bound what is remembered.
   */
  authenticate(proof: AgentProof, signal: AbortSignal): string | undefined | PromiseLike<string | undefined>;

  /** Whether an identity may claim a path (without its leading slash). Asked once for each claim. */
  mayRegister(identity: string, path: string, signal: AbortSignal): boolean | PromiseLike<boolean>;
}
