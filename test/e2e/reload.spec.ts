import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AgentPath, AgentProcess, type AgentSettings } from '../support/agent-process.js';
import { Gate } from '../support/gate.js';
import { expectAgentAtRest, waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { outcomesOf, waitForSteadySuccess } from '../support/load-report.js';
import { readMetrics } from '../support/metrics-page.js';
import { PacedScrapes } from '../support/paced-scrapes.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite, stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';

/** A change of a file is seen within the interval at which files are looked at. */
const SEEN_MS = 12_000;
const LAST_RELOAD = 'agent_config_last_reload_successful';
const LAST_SUCCESS = 'agent_config_last_reload_success_timestamp_seconds';

/** An entry of the service discovery document. */
interface Listed {
  readonly labels: Readonly<Record<string, string>>;
}

describe('the paths of an agent', () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  const gate = new Gate('slow 1\n');
  let target: HttpTarget;
  let proxy: ProxyProcess;

  beforeAll(async () => {
    target = await HttpTarget.start(suite, {
      '/metrics': answersAfter(0, 'up 1\n'),
      '/other': answersAfter(0, 'up 2\n'),
      '/slow': gate.behaviour,
    });
    proxy = await ProxyProcess.start(suite);
  });

  const path = (name: string, page = '/metrics'): AgentPath => ({ path: name, url: target.url(page) });
  const start = async (paths: AgentPath[], more: Partial<AgentSettings> = {}): Promise<AgentProcess> => {
    const agent = await AgentProcess.start(stage, { proxyPort: proxy.ports.agent, paths, ...more });
    await waitForPaths(proxy, paths.length);
    return agent;
  };
  const statusOf = async (name: string): Promise<number> => (await scrape(proxy.url(name))).status;
  const metric = async (agent: AgentProcess, name: string): Promise<number | undefined> =>
    (await readMetrics(agent.metricsPort)).sum(name);
  const connects = (agent: AgentProcess): Promise<number | undefined> =>
    metric(agent, 'agent_connect_count_total');

  it('follow the file at SIGHUP, while a scrape of an unchanged one goes on', async () => {
    const agent = await start([path('kept', '/slow'), path('gone')]);
    const slow = scrape(proxy.url('kept'));
    await expect.poll(() => gate.held, { timeout: 5_000 }).toBe(1);

    await agent.configure({ paths: [path('kept', '/slow'), path('new')] });
    agent.program.signal('SIGHUP');
    await expect.poll(() => statusOf('new'), { timeout: 5_000 }).toBe(200);
    await expect.poll(() => statusOf('gone'), { timeout: 5_000 }).toBe(404);
    gate.open();

    expect((await slow).status).toBe(200);
    expect(agent.program.output.match(/path unregistered/g)).toHaveLength(1);
    expect(await connects(agent)).toBe(1);
    await expectAgentAtRest(agent);
  });

  it('keep being scraped and listed while their labels and targets change, and the file is written over', async () => {
    const listing = await ProxyProcess.start(stage, {
      config: { service: { discovery: { enabled: true, startupHoldSecs: 0 } } },
    });
    const labelled = (name: string, round: number): AgentPath => ({
      ...path(name, round % 2 === 0 ? '/metrics' : '/other'),
      labels: JSON.stringify({ round }),
    });
    const agents = new Map<string, AgentProcess>();
    for (const name of ['plain', 'shared']) {
      const config = { consolidated: name === 'shared' };
      const paths = [labelled(name, 0)];
      const proxyPort = listing.ports.agent;
      agents.set(name, await AgentProcess.start(stage, { proxyPort, name, paths, config }));
    }
    await waitForPaths(listing, 2);
    const loads = [...agents.keys()].map(
      (name) => new PacedScrapes(listing.url(name), 50, { timeoutSecs: 5 }),
    );
    stage.atEnd(async () => void (await Promise.all(loads.map((load) => load.stop()))));
    for (const load of loads) await waitForSteadySuccess(load);
    const listed = async (): Promise<unknown[]> => {
      const document = JSON.parse((await scrape(listing.url('discovery'))).body.toString()) as Listed[];
      expect(document).toHaveLength(2);
      return document.map(({ labels }) => labels['round']);
    };

    for (let round = 1; round <= 5; round += 1) {
      for (const [name, agent] of agents) {
        await agent.configure({ paths: [labelled(name, round)] });
        agent.program.signal('SIGHUP');
      }
      await expect.poll(listed, { timeout: 10_000, interval: 5 }).toEqual([String(round), String(round)]);
    }

    for (const load of loads) {
      expect(outcomesOf(await load.stop()).filter((outcome) => outcome !== '200')).toEqual([]);
    }
    for (const agent of agents.values()) expect(agent.program.output).not.toContain('path unregistered');
  });

  it('follow a file that another is renamed over', async () => {
    const configFile = join(await stage.tempDir(), 'agent.conf');
    const agent = await start([path('a')], { configFile });

    for (const names of [['a', 'b'], ['b']]) {
      await replaceFile(configFile, agent.configText({ paths: names.map((name) => path(name)) }));
      await waitForPaths(proxy, names.length, SEEN_MS);
    }

    expect([await statusOf('a'), await statusOf('b')]).toEqual([404, 200]);
    expect(await connects(agent)).toBe(1);
  });

  it('follow a file that Kubernetes mounts, and swaps by a symbolic link', async () => {
    const folder = await stage.tempDir();
    const configFile = join(folder, 'agent.conf');
    const publish = async (version: string, text: string): Promise<void> => {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'agent.conf'), text);
      await symlink(version, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await publish('..2026_1', '');
    await symlink(join('..data', 'agent.conf'), configFile);
    const agent = await start([path('a')], { configFile });

    await publish('..2026_2', agent.configText({ paths: [path('a'), path('b')] }));
    await waitForPaths(proxy, 2, SEEN_MS);

    expect([await statusOf('a'), await statusOf('b')]).toEqual([200, 200]);
    expect(agent.program.output).not.toMatch(/path unregistered/);
  });

  it('stay as they are while the file is broken, and follow it again when it is mended', async () => {
    const configFile = join(await stage.tempDir(), 'agent.conf');
    const agent = await start([path('a')], { configFile });
    const before = [await metric(agent, LAST_RELOAD), (await metric(agent, LAST_SUCCESS)) ?? 0] as const;

    await writeFile(configFile, 'agent { pathConfigs = [{ path = b');
    await expect.poll(() => metric(agent, LAST_RELOAD), { timeout: SEEN_MS }).toBe(0);
    const whileBroken = [await statusOf('a'), await metric(agent, LAST_SUCCESS)];
    await agent.configure({ paths: [path('a'), path('b')], name: 'another' });
    await waitForPaths(proxy, 2, SEEN_MS);

    expect(before[0]).toBe(1);
    expect(whileBroken).toEqual([200, before[1]]);
    expect(agent.program.output).toMatch(/agent\.conf:1: .*the running one stays in force/);
    expect(agent.program.output).toMatch(/"needRestart":\["agent\.name"\]/);
    await expect.poll(() => metric(agent, LAST_RELOAD), { timeout: 5_000 }).toBe(1);
    expect(await metric(agent, LAST_SUCCESS)).toBeGreaterThan(before[1]);
    expect(await connects(agent)).toBe(1);
  });
});

/** Put another file in the place of one, so that nobody reads half of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
