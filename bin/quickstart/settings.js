/** What the user of the quick start asked for, from its arguments. */
import { parseArgs } from 'node:util';

/** @typedef {{ path: string, url: string }} Target a path at the proxy, and the URL the agent fetches for it */
/** @typedef {{ targets: Target[], ports: Record<string, number>, prometheus: boolean, help: boolean }} Settings */

const DEFAULT_PORTS = {
  port: 8080,
  'agent-port': 50051,
  'admin-port': 8092,
  'metrics-port': 8082,
  'prometheus-port': 9090,
};

/** The path of the agent's own metrics. */
export const OWN_PATH = 'agent';

export const USAGE = `Usage: npm run quickstart -- [options]

Starts a proxy and an agent on this machine and scrapes the agent's own metrics through them.

  --target name=url       also scrape this URL, as /name at the proxy (repeatable)
  --prometheus            also start Prometheus, scraping all of it through the proxy
  --port n                where Prometheus scrapes the proxy (${DEFAULT_PORTS.port})
  --agent-port n          where the agent dials the proxy (${DEFAULT_PORTS['agent-port']})
  --admin-port n          the proxy's health pages (${DEFAULT_PORTS['admin-port']})
  --metrics-port n        the proxy's own metrics (${DEFAULT_PORTS['metrics-port']})
  --prometheus-port n     where Prometheus listens (${DEFAULT_PORTS['prometheus-port']})
  --help

All of it listens on 127.0.0.1; port 0 picks a free one. Ctrl-C ends everything.
`;

/**
 * @param {string[]} args
 * @returns {Settings}
 * @throws {Error} with a sentence for the user
 */
export function parseSettings(args) {
  const { values } = parseArgs({ args, options: optionTypes() });
  const ports = Object.fromEntries(
    Object.entries(DEFAULT_PORTS).map(([flag, port]) => [flag, parsePort(flag, values[flag] ?? port)]),
  );
  const targets = (values.target ?? []).map(parseTarget);
  refuseSharedPaths(targets);
  return { targets, ports, prometheus: values.prometheus ?? false, help: values.help ?? false };
}

function optionTypes() {
  const ports = Object.fromEntries(Object.keys(DEFAULT_PORTS).map((flag) => [flag, { type: 'string' }]));
  return {
    ...ports,
    target: { type: 'string', multiple: true },
    prometheus: { type: 'boolean' },
    help: { type: 'boolean' },
  };
}

function parsePort(flag, text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text !== '') return port;
  throw new Error(`--${flag} is a port, 0 to 65535, not '${text}'`);
}

function parseTarget(text) {
  const [, path = '', url = ''] = /^([\w.-]+(?:\/[\w.-]+)*)=(.+)$/.exec(text) ?? [];
  if (path !== '' && /^https?:\/\/./.test(url)) return { path, url };
  throw new Error(
    `--target is name=url with an http or https URL, such as node=http://127.0.0.1:9100/metrics`,
  );
}

function refuseSharedPaths(targets) {
  const paths = [OWN_PATH, ...targets.map((target) => target.path)];
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice === OWN_PATH)
    throw new Error(`--target: the name '${OWN_PATH}' is taken by the agent's own metrics`);
  if (twice !== undefined) throw new Error(`--target: the name '${twice}' is given twice`);
}
