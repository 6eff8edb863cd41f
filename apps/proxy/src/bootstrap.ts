import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:https';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ConfigSource } from '@app/config';
import type { NamedModule } from '@app/extensions';
import { MessageMeter } from '@app/protocol';
import { listen, OperationsServers, type Logger } from '@app/operations';
import { AgentController } from './agents/agent.controller.js';
import { AgentConnections } from './agents/agent-connections.service.js';
import { AgentRegistryService } from './agents/agent-registry.service.js';
import { AgentServer } from './agents/agent-server.strategy.js';
import {
  certificateLog,
  openAgentTransport,
  openPortWarnings,
  type AgentTransport,
} from './agents/agent-transport.js';
import { RefusalLog } from './agents/refusal-log.service.js';
import { agentCallInterceptor } from './agents/call-interceptor.js';
import { AgentAuthentication } from './auth/agent-authentication.js';
import { ConfigReload } from './config-reload.lifecycle.js';
import type { ProxyOptions } from './config/proxy-options.js';
import { Dashboard } from './dashboard/dashboard.lifecycle.js';
import { AddedParts } from './extensions/added-parts.service.js';
import { PathTable } from './paths/path-table.js';
import { ProxyAppModule } from './proxy-app.module.js';
import { createScrapeAdapter } from './scrape/scrape-adapter.provider.js';
import { ScrapeGate } from './scrape/scrape-gate.js';
import { ScrapeTls } from './scrape/scrape-tls.js';
import { ScrapeController } from './scrape/scrape.controller.js';
import { addShortcut } from './scrape/scrape-shortcut.js';
import { ScrapeService } from './scrape/scrape.service.js';
import { ScraperConnections } from './scrape/scraper-connections.js';

/** A running proxy and the ports it listens on. */
export interface RunningProxy {
  readonly httpPort: number;
  readonly agentPort: number;
  /** How the agent port is encrypted. */
  readonly encryption: AgentTransport['encryption'];
  /** Undefined while the server is off. */
  readonly adminPort: number | undefined;
  readonly metricsPort: number | undefined;
  readonly dashboardPort: number | undefined;
  /** Read the configuration again, as SIGHUP does; never rejects. */
  reload(): Promise<void>;
  /** Leave as SIGTERM does: scrapes in flight finish, agents are released. */
  close(): Promise<void>;
}

/**
 * Start a proxy. Resolves when all its ports are open and scrapes are taken.
 *
 * @param source - where `options` came from, to be watched for changed identities
 * @param added - modules that are not ours
 * @throws {ListenError} when a port cannot be had; what was open by then is closed again
 */
export async function startProxy(
  options: ProxyOptions,
  logger: Logger,
  source?: ConfigSource<ProxyOptions>,
  added: readonly NamedModule[] = [],
): Promise<RunningProxy> {
  const tls = await ScrapeTls.open(options, certificateLog(logger, 'scrape port'));
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(
    ProxyAppModule.forRoot(options, logger, source, added),
    createScrapeAdapter(options, tls?.serverOptions, (answer) =>
      app.get(ScrapeService).report({ path: '', agentName: undefined, answer, durationMs: 0 }),
    ),
    { bodyParser: false, abortOnError: false },
  );
  try {
    return await open(app, options, logger, tls, added.length > 0);
  } catch (error) {
    tls?.stop();
    await app.close();
    throw error;
  }
}

async function open(
  app: NestFastifyApplication,
  options: ProxyOptions,
  logger: Logger,
  tls: ScrapeTls | undefined,
  hasAddedRoutes: boolean,
): Promise<RunningProxy> {
  app.get(AddedParts).apply();
  const connections = app.get(AgentConnections);
  const transport = await openAgentTransport(options, certificateLog(logger, 'agent port'));
  app.connectMicroservice({ strategy: agentServer(app, options, transport) });
  await app.startAllMicroservices();
  await app.init();
  const fastify = app.getHttpAdapter().getInstance();
  await tls?.follow(fastify.server as Server);
  app.get(ScraperConnections).watch(fastify.server);
  if (!hasAddedRoutes) {
    takeShortcut(app, fastify.server, logger);
  }
  const httpPort = await listen(fastify, {
    port: options.http.port,
    bindAddress: options.http.bindAddress,
    portOption: 'proxy.http.port (--port, PROXY_PORT)',
    addressOption: 'proxy.http.bindAddress',
  });
  app.get(ScrapeGate).open();
  const { isRequired } = app.get(AgentAuthentication);
  openPortWarnings(options, isRequired).forEach((warning) => logger.warn(warning));
  const operations = app.get(OperationsServers);
  return {
    httpPort,
    agentPort: connections.listeningPort ?? 0,
    encryption: transport.encryption,
    adminPort: operations.adminPort,
    metricsPort: operations.metricsPort,
    dashboardPort: app.get(Dashboard).port,
    reload: () => app.get(ConfigReload).reloader.reload(),
    close: async () => {
      tls?.stop();
      await app.close();
    },
  };
}

/** Modules of others may have routes and middleware of their own; where there are none, scrapes need not look for any. */
function takeShortcut(app: NestFastifyApplication, server: HttpServer, logger: Logger): void {
  const [paths, gate, scrapes] = [app.get(PathTable), app.get(ScrapeGate), app.get(ScrapeController)];
  addShortcut(server, {
    isServed: (path) => gate.isReady && paths.find(path) !== undefined,
    scrape: (request, response, path) => scrapes.take(request, response, path),
    onCrash: (error) => logger.error({ err: error }, 'a scrape crashed'),
  });
}

function agentServer(
  app: NestFastifyApplication,
  options: ProxyOptions,
  transport: AgentTransport,
): AgentServer {
  const connections = app.get(AgentConnections);
  const registry = app.get(AgentRegistryService);
  const controller = app.get(AgentController);
  const interceptor = agentCallInterceptor(app.get(AgentAuthentication), {
    boundAgentId: (connectionId) => connections.find(connectionId)?.agentId,
    identityOf: (connectionId) => registry.boundTo(connectionId)?.identity,
    subjectsOf: (connectionId) => connections.find(connectionId)?.subjects ?? [],
    admitted: (connectionId) => connections.admitted(connectionId),
    refused: (connectionId, callId, why) => {
      const connection = connections.find(connectionId);
      connection?.endCall(callId);
      app.get(RefusalLog).refused(connection?.peer, why);
    },
  });
  return new AgentServer({
    bindAddress: options.agent.bindAddress,
    port: options.agent.port,
    transport,
    interceptors: [interceptor],
    plainHandlers: {
      sendHeartBeat: (request, metadata) => controller.sendHeartBeat(request, metadata),
    },
    meter: app.get(MessageMeter),
    hasReflection: !options.reflectionDisabled,
    onListening: (port) => connections.listeningOn(port),
  });
}
