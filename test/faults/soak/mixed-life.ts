import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../../support/agent-process.js';
import { expositionOf } from '../../support/exposition-text.js';
import { HttpTarget } from '../../support/http-target.js';
import { ProxyProcess } from '../../support/proxy-process.js';
import { scrape } from '../../support/scrape.js';
import type { Stage } from '../../support/stage.js';
import { answers, answersAfter, diesHalfWay, hangs } from '../../support/target-behaviours.js';

export const STABLE_AGENTS = 2;
const MOVING_AGENTS = 2;
const PATHS = ['quick', 'large', 'slow', 'hangs', 'dies', 'fails'];
const RELOAD_PAUSE_MS = 10_000;

/**
 * Mixed life, many times faster than it is lived: agents come and go, targets fail, scrapers leave early, the configuration
 * is read again and again.
 */
export class MixedLife {
  /** How often each outcome was seen. */
  readonly outcomes = new Map<string, number>();
  /** Paths of the agents that stay, and of all. */
  readonly pathsAtRest = STABLE_AGENTS * PATHS.length;
  readonly pathsAtStart = (STABLE_AGENTS + MOVING_AGENTS) * PATHS.length;
  #isOver = false;
  #lives: Promise<void>[] = [];

  private constructor(
    readonly target: HttpTarget,
    readonly proxy: ProxyProcess,
    readonly stableAgents: readonly AgentProcess[],
    private readonly movingAgents: readonly AgentProcess[],
  ) {}

  static async start(stage: Stage): Promise<MixedLife> {
    const target = await HttpTarget.start(stage, {
      '/quick': answers(expositionOf(400)),
      '/large': answers(expositionOf(2_000_000)),
      '/slow': answersAfter(300, expositionOf(50_000)),
      '/hangs': hangs(),
      '/dies': diesHalfWay(Buffer.from('series 1\n'.repeat(5_000))),
      '/fails': answers('', { status: 500 }),
    });
    const proxy = await ProxyProcess.start(stage, { config: { auth: identities(0) } });
    const agents: AgentProcess[] = [];
    for (const name of [...agentNames('stable', STABLE_AGENTS), ...agentNames('moving', MOVING_AGENTS)]) {
      agents.push(await startAgent(stage, target, proxy, name));
    }
    return new MixedLife(target, proxy, agents.slice(0, STABLE_AGENTS), agents.slice(STABLE_AGENTS));
  }

  begin(): void {
    const movers = this.movingAgents.map((agent, index) => this.#comeAndGo(agent, 4_000 + 3_000 * index));
    this.#lives = [this.#scrapeAll(), this.#reload(), ...movers];
  }

  /** Let nothing new happen, and wait until what goes on is over: the agents that move are gone then. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#lives);
  }

  /** Every path at once, over and over; every tenth scraper leaves early. */
  async #scrapeAll(): Promise<void> {
    const names = [...agentNames('stable', STABLE_AGENTS), ...agentNames('moving', MOVING_AGENTS)];
    const paths = names.flatMap((name) => PATHS.map((path) => `${name}/${path}`));
    for (let round = 0; !this.#isOver; round += 1) {
      const running = paths.map((path, index) =>
        this.#scrape(path, index % 2 === 0, (round + index) % 10 === 0),
      );
      await Promise.all([...running, sleep(500)]);
    }
  }

  async #scrape(path: string, takesGzip: boolean, leavesEarly: boolean): Promise<void> {
    const outcome = await scrape(this.proxy.url(path), {
      timeoutSecs: 1,
      giveUpAfterMs: leavesEarly ? 20 : 1_500,
      headers: takesGzip ? { 'Accept-Encoding': 'gzip' } : { 'Accept-Encoding': 'identity' },
    }).then(
      ({ status, headers, isWhole }) =>
        isWhole ? `${status} ${headers['x-proxy-reason'] ?? ''}`.trim() : 'cut',
      () => (leavesEarly ? 'left early' : 'no answer'),
    );
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  /** An agent that lives for some seconds and ends, in order or killed, again and again; one that is slow to start is killed. */
  async #comeAndGo(agent: AgentProcess, livesForMs: number): Promise<void> {
    for (let life = 0; !this.#isOver; life += 1) {
      await this.#sleep(livesForMs);
      const isOrderly = life % 2 === 1;
      await (isOrderly ? agent.stop(30_000) : agent.program.kill());
      await this.#sleep(2_000);
      if (!this.#isOver) await agent.startAgain().catch(() => undefined);
    }
    await agent.program.kill();
  }

  /** The token of the agents that move is changed, changed back, and so on. */
  async #reload(): Promise<void> {
    for (let generation = 1; !this.#isOver; generation += 1) {
      await this.#sleep(RELOAD_PAUSE_MS);
      await this.proxy.configure({ auth: identities(generation) });
      this.proxy.program.signal('SIGHUP');
    }
  }

  async #sleep(ms: number): Promise<void> {
    const endsAt = performance.now() + ms;
    while (!this.#isOver && performance.now() < endsAt) await sleep(100);
  }
}

const agentNames = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${kind}-${index}`);

function identities(generation: number): object[] {
  return [
    { name: 'stable', token: 'token-of-stable', paths: [] },
    { name: 'moving', token: generation % 2 === 0 ? 'token-of-moving' : 'another', paths: [] },
  ];
}

function startAgent(
  stage: Stage,
  target: HttpTarget,
  proxy: ProxyProcess,
  name: string,
): Promise<AgentProcess> {
  return AgentProcess.start(stage, {
    proxyPort: proxy.ports.agent,
    name,
    paths: PATHS.map((path) => ({ path: `${name}/${path}`, url: target.url(`/${path}`) })),
    config: { agentToken: `token-of-${name.replace(/-\d+$/, '')}`, internal: { reconnectPauseSecs: 1 } },
  });
}
