#!/usr/bin/env node
/** `npm run quickstart`: a proxy and an agent on this machine, and a first scrape through them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fail } from './launch.js';
import { findNode, missingNode } from './packaged-node.js';
import { buildIfStale } from './quickstart/build.js';
import { Crew } from './quickstart/crew.js';
import { choosePorts, HOST } from './quickstart/ports.js';
import { findPrometheus, scrapeConfigs, startPrometheus, waitUntilUp } from './quickstart/prometheus.js';
import { OWN_PATH, parseSettings, USAGE } from './quickstart/settings.js';
import { scrape, scrapeUntilGood, startTunnel } from './quickstart/tunnel.js';

const SHOWN_LINES = 6;

/** npm passes Ctrl-C on to a process that the terminal told already; what comes this soon is the same one. */
const SAME_SIGNAL_MS = 1000;

await main().catch((error) => fail(`quickstart: ${error.message}`));

async function main() {
  const settings = parseSettings(process.argv.slice(2));
  if (settings.help) return print(USAGE);
  const node = findNode();
  if (node === undefined) throw new Error(missingNode());
  const prometheus = settings.prometheus ? findPrometheus() : undefined;
  const ports = await choosePorts({ ...neededPorts(settings), own: 0 });
  buildIfStale(node.path);
  await run({ ...settings, node, prometheus, ports });
}

function neededPorts({ ports, prometheus }) {
  const isNeeded = ([flag]) => prometheus || flag !== 'prometheus-port';
  return Object.fromEntries(Object.entries(ports).filter(isNeeded));
}

/** Start everything, show it, and stay until a signal or the loss of a process. */
async function run({ node, prometheus, ports, targets }) {
  const folder = mkdtempSync(join(tmpdir(), 'quickstart-'));
  const ending = new AbortController();
  const crew = new Crew((message) => ending.abort(new Error(message)));
  const restore = onSignals(crew, ending);
  try {
    const paths = await startTunnel(crew, node, folder, ports, targets, ending.signal);
    await show(paths, ports, ending.signal);
    if (prometheus) await showPrometheus(crew, prometheus, folder, paths, ports, ending.signal);
    print('\nPress Ctrl-C to stop.\n');
    await aborted(ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) ending.abort(error);
  }
  const isClean = await crew.stop();
  restore();
  rmSync(folder, { recursive: true, force: true });
  leave(ending.signal.reason, isClean);
}

async function show(paths, ports, signal) {
  const base = `http://${HOST}:${ports.port}`;
  const { body } = await scrapeUntilGood(`${base}/${OWN_PATH}`, signal);
  const lines = body
    .split('\n')
    .filter((line) => /^\w/.test(line))
    .slice(0, SHOWN_LINES);
  print(
    `\nScraped through the tunnel, ${base}/${OWN_PATH}:\n${lines.map((line) => `  ${line}\n`).join('')}  …\n\n`,
  );
  for (const { path, url } of paths) {
    const { summary } = await scrape(`${base}/${path}`);
    print(`${base}/${path}  →  ${url}  (${summary})\n`);
  }
  print(`http://${HOST}:${ports['admin-port']}/healthcheck  the proxy's health\n`);
  print(`http://${HOST}:${ports['metrics-port']}/metrics  the proxy's own metrics\n`);
  print(`\nFor your prometheus.yml:\n\n${scrapeConfigs(paths, ports.port)}`);
}

async function showPrometheus(crew, file, folder, paths, ports, signal) {
  const port = ports['prometheus-port'];
  startPrometheus(crew, file, folder, port, scrapeConfigs(paths, ports.port));
  await waitUntilUp(port, OWN_PATH, signal);
  print(`\nPrometheus scrapes all of it: http://${HOST}:${port}/targets\n`);
}

/** The first signal ends everything in order, a later one at once. Answers how to stop listening. */
function onSignals(crew, ending) {
  let firstAtMs;
  const onSignal = () => {
    firstAtMs ??= performance.now();
    if (performance.now() - firstAtMs > SAME_SIGNAL_MS) crew.kill();
    ending.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of names) process.on(name, onSignal);
  return () => names.forEach((name) => process.removeListener(name, onSignal));
}

function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', resolve, { once: true });
    return undefined;
  });
}

/** A plain abort is what the user wanted; anything else is told. */
function leave(reason, isClean) {
  if (reason?.name !== 'AbortError') fail(`quickstart: ${reason.message}`);
  if (!isClean) fail('quickstart: not everything left cleanly');
}

function print(text) {
  process.stdout.write(text);
}
