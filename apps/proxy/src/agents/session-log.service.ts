import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { SessionEnd } from './agent-session.js';
import type { SessionObserver } from './session-observer.js';
import type { StreamSession } from './stream-session.js';

/** One line for each agent that came, and one for each that went and why. */
@Injectable()
export class SessionLog implements SessionObserver {
  constructor(private readonly log: PinoLogger) {}

  sessionRegistered(session: StreamSession): void {
    this.log.info({ ...describe(session), launchId: session.agent.launchId }, 'agent registered');
  }

  sessionEnded(session: StreamSession, { cause, words }: SessionEnd): void {
    const level = cause === 'violation' ? 'warn' : 'info';
    this.log[level]({ ...describe(session), cause, why: words }, 'agent left');
  }
}

function describe({ id, agent, origin }: StreamSession): object {
  return {
    agentId: id,
    agent: agent.name,
    host: agent.hostName,
    peer: origin.peer,
    identity: origin.identity,
  };
}
