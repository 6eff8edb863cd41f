import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { PinoLogger } from 'nestjs-pino';
import { AgentRegistryService } from './agents/agent-registry.service.js';
import { AgentConnections } from './agents/agent-connections.service.js';
import { PendingScrapes } from './scrape/pending-scrapes.js';
import { failure } from './scrape/scrape-failure.js';
import { ScrapeGate } from './scrape/scrape-gate.js';

/** How long scrapes are still taken after the proxy stopped being ready, for those who have not noticed yet. */
const GRACE_MS = 500;

/** How long scrapes may take to be answered and delivered; each has its own deadline, too. */
const DRAIN_MS = 10_000;

/** How long agents may take to leave once their streams have ended. */
const RELEASE_MS = 1_000;

/** How long those who connected last may take to ask, and to read that they came too late. */
const LAST_ANSWERS_MS = 300;

const POLL_MS = 20;

/**
 * Leaves without losing a scrape: not ready, a short grace, no new scrapes, those in flight finish, then the agents'
 * streams end with OK and they dial somewhere else.
 */
@Injectable()
export class LeavingLifecycle implements BeforeApplicationShutdown {
  constructor(
    private readonly gate: ScrapeGate,
    private readonly pending: PendingScrapes,
    private readonly agents: AgentRegistryService,
    private readonly connections: AgentConnections,
    private readonly http: HttpAdapterHost<FastifyAdapter>,
    private readonly log: PinoLogger,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    if (this.gate.isOpen) {
      this.gate.retire();
      this.log.info({ inFlight: this.pending.size, agents: this.agents.size }, 'leaving');
      await delay(GRACE_MS);
    }
    this.gate.close();
    await until(() => this.gate.inside === 0, DRAIN_MS);
    this.pending.failAll(failure('proxy_stopping', 'the proxy is shutting down'));
    this.agents.endAll({ cause: 'stopping', words: 'the proxy is shutting down' });
    await until(() => this.connections.size === 0 && this.gate.inside === 0, RELEASE_MS);
    const adapter: FastifyAdapter | undefined = this.http.httpAdapter;
    if (adapter !== undefined) {
      await closeServer(adapter.getInstance().server);
    }
  }
}

/** No new connections; who has just connected still gets an answer, who says nothing is cut off. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await Promise.race([closed, delay(LAST_ANSWERS_MS, undefined, { ref: false })]);
  server.closeAllConnections();
}

async function until(isDone: () => boolean, limitMs: number): Promise<void> {
  const endAt = performance.now() + limitMs;
  while (!isDone() && performance.now() < endAt) {
    await delay(POLL_MS);
  }
}
