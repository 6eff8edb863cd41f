import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { RepeatedWarnings } from '@app/operations';
import { parsePathLabels, parsePathName, type RegisterPathRequestMessage } from '@app/protocol';
import type { AgentSession } from '../agents/agent-session.js';
import { AgentRegistryService } from '../agents/agent-registry.service.js';
import type { SessionObserver } from '../agents/session-observer.js';
import { StreamSession } from '../agents/stream-session.js';
import { AgentAuthentication } from '../auth/agent-authentication.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { PROXY_OPTIONS, SESSION_OBSERVERS } from '../proxy-tokens.js';
import { discoveryPath } from '../service-discovery/target-prefix.js';
import { DepartedPaths } from './departed-paths.js';
import { PathClaims } from './path-claims.js';
import type { PathRegistration } from './path-entry.js';
import { PathTable } from './path-table.js';

/** A target's URL is for display and for the instance label; a longer one is not kept. */
const MAX_TARGET_URL_LENGTH = 2048;

/** Characters of a path's source that are kept. */
const MAX_SOURCE_LENGTH = 64;

/** Conflicts that are remembered, so that each is a warning once. */
const MAX_CONFLICTS_WARNED = 10_000;

/** How long a holder may take to answer a ping. */
const PROBE_TIMEOUT_MS = 1_000;

/** An unbound holder counts as alive when it was heard of this recently: its heartbeat pause and a bit. */
const UNBOUND_ALIVE_MS = 7_000;

/** What became of a registration. */
export type RegistrationOutcome =
  | { readonly isValid: true; readonly pathId: number; readonly warnings: readonly string[] }
  | { readonly isValid: false; readonly reason: string };

/** Takes paths from agents and gives them back. */
@Injectable()
export class PathRegistrationService implements OnApplicationShutdown {
  private readonly claims: PathClaims;
  private readonly conflictsWarned = new Set<string>();
  private readonly droppedLabels: RepeatedWarnings;

  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    private readonly table: PathTable,
    private readonly departed: DepartedPaths,
    private readonly authentication: AgentAuthentication,
    private readonly registry: AgentRegistryService,
    private readonly metrics: ProxyMetrics,
    private readonly log: PinoLogger,
    @Inject(SESSION_OBSERVERS) private readonly observers: readonly SessionObserver[],
  ) {
    this.droppedLabels = new RepeatedWarnings(log);
    const sessions = {
      isAlive: (holder: AgentSession) => this.isAlive(holder),
      end: (holder: AgentSession, end: Parameters<AgentRegistryService['end']>[1]) =>
        this.registry.end(holder as StreamSession, end),
    };
    this.claims = new PathClaims(table, options.pathConflict, sessions, (newcomer, holder) =>
      this.onConflict(newcomer, holder),
    );
  }

  onApplicationShutdown(): void {
    this.droppedLabels.flush();
  }

  async register(session: StreamSession, request: RegisterPathRequestMessage): Promise<RegistrationOutcome> {
    const outcome = await this.decide(session, request);
    for (const observer of this.observers) {
      if (outcome.isValid) {
        observer.pathRegistered?.(session, request.path);
      } else {
        observer.pathRefused?.(session, request.path, outcome.reason);
      }
    }
    return outcome;
  }

  private async decide(
    session: StreamSession,
    request: RegisterPathRequestMessage,
  ): Promise<RegistrationOutcome> {
    const { maxPathLength, maxLabelsBytes } = this.options.limits;
    const name = parsePathName(request.path, maxPathLength);
    if ('problem' in name) {
      return { isValid: false, reason: name.problem };
    }
    const { path } = name;
    const { discovery } = this.options.service;
    if (discovery.enabled && path === discoveryPath(discovery.path)) {
      return { isValid: false, reason: `Path /${path} is the service discovery document of the proxy` };
    }
    const mayRegister = await this.authentication.mayRegister(session.identity, path);
    if (mayRegister !== true) {
      const refusal = `Agent identity '${session.identity}' is not authorized to register path /${path}`;
      return { isValid: false, reason: mayRegister === false ? refusal : `Path /${path}: ${mayRegister}` };
    }

    const { labels, warnings } = parsePathLabels(request.labels, maxLabelsBytes);
    const pathId = this.table.takePathId();
    const { path: agentPath } = request;
    const targetUrl = request.targetUrl.length > MAX_TARGET_URL_LENGTH ? '' : request.targetUrl;
    const source = request.pathSource.slice(0, MAX_SOURCE_LENGTH);
    const answer = await this.claims.claim({ session, path, agentPath, pathId, labels, targetUrl, source });
    if (!answer.isValid) {
      return answer;
    }
    this.departed.remove(path);
    this.warnOfDropped(session, path, warnings);
    this.log.debug(
      { agentId: session.id, agent: session.agent.name, path, standby: answer.isStandby },
      'path registered',
    );
    return { isValid: true, pathId, warnings };
  }

  /** Take back a path; a reason when the agent does not have it. */
  unregister(session: StreamSession, rawPath: string): string | undefined {
    const name = parsePathName(rawPath, this.options.limits.maxPathLength);
    if ('problem' in name) {
      return name.problem;
    }
    const reason = this.table.remove(name.path, session);
    if (reason === undefined) {
      this.log.debug(
        { agentId: session.id, agent: session.agent.name, path: name.path },
        'path unregistered',
      );
    }
    return reason;
  }

  /** An agent that understands warnings logs them itself; another registers the path anew whenever it connects. */
  private warnOfDropped(session: StreamSession, path: string, warnings: readonly string[]): void {
    if (warnings.length > 0 && !session.agent.capabilities.has('path-warnings')) {
      const fields = { agent: session.agent.name, path, warnings };
      this.droppedLabels.warn(`${fields.agent} ${path}`, fields, 'labels of a path were dropped');
    }
  }

  private isAlive(holder: AgentSession): Promise<boolean> {
    const session = holder as StreamSession;
    const { connection } = session.origin;
    return connection === undefined
      ? Promise.resolve(session.silentForMs < UNBOUND_ALIVE_MS)
      : connection.isAlive(PROBE_TIMEOUT_MS);
  }

  private onConflict({ session, path }: PathRegistration, holder: AgentSession): void {
    this.metrics.pathConflict();
    const key = `${session.id} ${holder.id} ${path}`;
    if (this.conflictsWarned.has(key)) {
      return;
    }
    if (this.conflictsWarned.size >= MAX_CONFLICTS_WARNED) {
      this.conflictsWarned.clear();
    }
    this.conflictsWarned.add(key);
    const names = { path, holder: holder.agent.name, newcomer: session.agent.name };
    this.log.warn({ ...names, policy: this.options.pathConflict }, 'two live agents claim one path');
  }
}
