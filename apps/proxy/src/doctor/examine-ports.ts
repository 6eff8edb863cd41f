import { createServer } from 'node:net';
import { doctor, listenAddress } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';
import { askAgentPort } from './ask-agent-port.js';
import { askHttp } from './ask-http.js';
import { formatHost } from './format-host.js';
import type { ScrapePort } from './scrape-port.js';

/** A port the proxy listens on, and how to tell that a proxy holds it. */
interface OwnPort {
  readonly what: string;
  readonly option: string;
  readonly port: number;
  readonly bindAddress: string;
  readonly isOurs: () => Promise<boolean>;
}

const { ok, problem } = doctor;

/** Whether each port is free, or held by a proxy that runs. */
export function examinePorts(
  options: ProxyOptions,
  scrapePort: ScrapePort,
  signal: AbortSignal,
): Promise<doctor.Finding[]> {
  return Promise.all(portsOf(options, scrapePort, signal).map(examinePort));
}

function portsOf(options: ProxyOptions, scrapePort: ScrapePort, signal: AbortSignal): OwnPort[] {
  const { http, agent, admin, metrics } = options;
  const pageAnswers = (
    { bindAddress, port }: { bindAddress: string; port: number },
    path: string,
    sign: RegExp,
  ): Promise<boolean> =>
    askHttp({ url: `http://${formatHost(bindAddress)}:${port}/${path}`, signal }).then(
      ({ body }) => sign.test(body),
      () => false,
    );
  const adminPort: OwnPort = {
    what: 'admin port',
    option: 'proxy.admin.port (--admin_port, ADMIN_PORT)',
    ...admin,
    isOurs: () => pageAnswers(admin, 'livez', /"grpc_service"/),
  };
  const metricsPort: OwnPort = {
    what: 'metrics port',
    option: 'proxy.metrics.port (--metrics_port, METRICS_PORT)',
    ...metrics,
    isOurs: () => pageAnswers(metrics, metrics.path.replace(/^\/+/, ''), /^proxy_start_time_seconds/m),
  };
  return [
    {
      what: 'scrape port',
      option: 'proxy.http.port (--port, PROXY_PORT)',
      ...http,
      isOurs: () => scrapePort.isOurs(),
    },
    {
      what: 'agent port',
      option: 'proxy.agent.port (--agent_port, AGENT_PORT)',
      ...agent,
      isOurs: () => askAgentPort(options, signal),
    },
    ...(admin.enabled ? [adminPort] : []),
    ...(metrics.enabled ? [metricsPort] : []),
  ];
}

async function examinePort({ what, option, port, bindAddress, isOurs }: OwnPort): Promise<doctor.Finding> {
  const code = await tryToListen(port, bindAddress);
  switch (code) {
    case undefined:
      return ok(what, `${port} is free; no proxy runs with this configuration`);
    case 'EADDRINUSE':
      return (await isOurs())
        ? ok(what, `${port} is held by a running proxy`)
        : problem(what, `${port} is held by another program`, `end it, or choose another with ${option}`);
    case 'EACCES':
      return problem(what, `${port} is not permitted to this user`, `choose another with ${option}`);
    default:
      return problem(
        what,
        `cannot listen on '${bindAddress}' port ${port} (${code})`,
        `check the bindAddress beside ${option}`,
      );
  }
}

function tryToListen(port: number, bindAddress: string): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    server.listen({ port, host: listenAddress(bindAddress) }, () => server.close(() => resolve(undefined)));
  });
}
