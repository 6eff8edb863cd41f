/** The proxy and the agent of the quick start, and the first scrapes through them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { v8Flags } from '../launch.js';
import { HOST } from './ports.js';
import { OWN_PATH } from './settings.js';

const FIRST_ANSWER_LIMIT_MS = 30_000;
const SCRAPE_LIMIT_MS = 5_000;
const PAUSE_MS = 100;

/**
 * Start the proxy in a crew and, when it is ready, the agent, each with a config file in `folder`.
 *
 * @param {Record<string, number>} ports all of them free
 * @returns {Promise<{ path: string, url: string }[]>} the paths served
 */
export async function startTunnel(crew, node, folder, ports, targets, signal) {
  const paths = [{ path: OWN_PATH, url: `http://${HOST}:${ports.own}/metrics` }, ...targets];
  start(crew, node, 'proxy', writeConfig(folder, 'proxy', proxyConfig(ports)));
  await scrapeUntilGood(`http://${HOST}:${ports['admin-port']}/readyz`, signal);
  start(crew, node, 'agent', writeConfig(folder, 'agent', agentConfig(ports, paths)));
  return paths;
}

function start(crew, node, name, configFile) {
  const script = fileURLToPath(new URL(`../${name}.js`, import.meta.url));
  const logging = ['--log_level', 'warn', '--log_format', 'pretty'];
  crew.add(name, node.path, [...v8Flags(node.version), script, '--config', configFile, ...logging]);
}

function writeConfig(folder, name, config) {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ [name]: config }));
  return file;
}

function proxyConfig(ports) {
  const at = (port) => ({ port, bindAddress: HOST });
  return {
    http: at(ports.port),
    agent: at(ports['agent-port']),
    admin: { enabled: true, ...at(ports['admin-port']) },
    metrics: { enabled: true, ...at(ports['metrics-port']) },
  };
}

function agentConfig(ports, paths) {
  return {
    name: 'quickstart',
    proxy: { hostname: HOST, port: ports['agent-port'] },
    metrics: { enabled: true, port: ports.own, bindAddress: HOST },
    pathConfigs: paths.map(({ path, url }) => ({ name: path, path, url })),
  };
}

/**
 * One scrape through the tunnel, in words: `200, 1074 lines`, or why not.
 *
 * @returns {Promise<{ isGood: boolean, summary: string, body: string }>}
 */
export async function scrape(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(SCRAPE_LIMIT_MS) });
    const body = await response.text();
    const words = response.ok ? `${body.split('\n').length - 1} lines` : response.statusText;
    return { isGood: response.ok, summary: `${response.status}, ${words}`, body };
  } catch (error) {
    return { isGood: false, summary: (error.cause ?? error).message, body: '' };
  }
}

/**
 * Ask until the answer is good.
 *
 * @throws {Error} with the last reason when it has not within half a minute
 */
export async function scrapeUntilGood(url, signal) {
  const givenUpAt = performance.now() + FIRST_ANSWER_LIMIT_MS;
  for (;;) {
    const result = await scrape(url);
    if (result.isGood) return result;
    if (performance.now() > givenUpAt)
      throw new Error(`${url} does not answer as it should: ${result.summary}`);
    await sleep(PAUSE_MS, undefined, { signal });
  }
}
