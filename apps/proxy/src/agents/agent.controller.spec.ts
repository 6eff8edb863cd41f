import { Metadata, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { PinoLogger } from 'nestjs-pino';
import { describe, expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { defaultProxyOptions } from '../config/proxy-options.js';
import { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { DepartedPaths } from '../paths/departed-paths.js';
import { PathTable } from '../paths/path-table.js';
import { PendingScrapes } from '../scrape/pending-scrapes.js';
import { AgentConnections } from './agent-connections.service.js';
import { AgentRegistryService } from './agent-registry.service.js';
import { AgentController } from './agent.controller.js';
import { CONNECTION_ID_HEADER } from './connections.js';
import { RefusalLog } from './refusal-log.service.js';

describe('connectAgent', () => {
  it('opens no session over a connection that has closed meanwhile', () => {
    const options = defaultProxyOptions();
    const paths = new PathTable(options.limits);
    const departed = new DepartedPaths(0, 1, () => 0);
    const registry = new AgentRegistryService(options, paths, departed, new PendingScrapes(1), []);
    const connections = new AgentConnections(registry, options, new RefusalLog(new PinoLogger({})));
    const controller = new AgentController(
      options,
      registry,
      connections,
      new ProxyMetrics(new Registry(), { isEnabled: true, maxPaths: 10 }),
    );
    const metadata = new Metadata();
    metadata.set(CONNECTION_ID_HEADER, 'closed');
    const call = { sendMetadata: () => undefined, getPeer: () => 'peer' } as unknown as ServerUnaryCall<
      unknown,
      unknown
    >;

    const connect = (): unknown => controller.connectAgent({}, metadata, call);

    expect(connect).toThrow(
      expect.objectContaining({ error: expect.objectContaining({ code: status.UNAVAILABLE }) as object }),
    );
    expect(registry.size).toBe(0);
  });
});
