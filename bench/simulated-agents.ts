/**
 * Many agents in one process, over real gRPC, a connection each. Arguments: the proxy's agent port, how many agents, how
 * many paths each has, and the file that answers every scrape. Prints `ready` when all of them serve.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const [port = '', agents = '', paths = '', bodyFile = ''] = process.argv.slice(2);
const body = readFileSync(bodyFile);
const HEARTBEAT_MS = 5_000;
/** Agents that connect at once. */
const BATCH = 20;

const proto = fileURLToPath(new URL('../proto/proxy_service.proto', import.meta.url));
const definition = grpc.loadPackageDefinition(loadSync(proto, { longs: Number, defaults: true }));
const ProxyService = definition['ProxyService'] as grpc.ServiceClientConstructor;

type Call = (request: object) => Promise<Record<string, unknown>>;

for (let first = 0; first < Number(agents); first += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, Number(agents) - first) }, (_, at) => first + at);
  await Promise.all(batch.map(startAgent));
}
console.log('ready');
process.once('SIGTERM', () => process.exit(0));

async function startAgent(number: number): Promise<void> {
  const client = new ProxyService(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  const call = (name: string): Call => promisify(client[name]?.bind(client) as never) as Call;
  const agentId = await connect(client);
  const name = `agent-${number}`;
  await call('registerAgent')({ agentId, launchId: name, agentName: name, hostName: name });
  for (let at = 0; at < Number(paths); at += 1) {
    const { valid, reason } = await call('registerPath')({ agentId, path: `${name}/${at}`, labels: '{}' });
    if (valid !== true) throw new Error(`path ${name}/${at} was refused: ${String(reason)}`);
  }
  serve(client, agentId);
  setInterval(() => void call('sendHeartBeat')({ agentId }), HEARTBEAT_MS);
}

function connect(client: grpc.Client): Promise<string> {
  return new Promise((resolve, reject) => {
    const start = (
      client as never as Record<
        string,
        (request: object, done: (error: Error | null) => void) => grpc.ClientUnaryCall
      >
    )['connectAgent'];
    const call = start?.call(client, {}, (error) => error && reject(error));
    call?.on('metadata', (metadata: grpc.Metadata) => resolve(String(metadata.get('agent-id')[0])));
  });
}

function serve(client: grpc.Client, agentId: string): void {
  const methods = client as never as Record<string, (...args: unknown[]) => unknown>;
  const requests = methods['readRequestsFromProxy']?.({ agentId }) as grpc.ClientReadableStream<{
    scrapeId: number;
  }>;
  const answers = methods['writeResponsesToProxy']?.(() => undefined) as grpc.ClientWritableStream<object>;
  requests.on('data', ({ scrapeId }) => {
    answers.write({
      validResponse: true,
      agentId,
      scrapeId,
      statusCode: 200,
      contentType: 'text/plain; version=0.0.4',
      zipped: true,
      contentAsZipped: body,
    });
  });
  requests.on('error', (error) => process.exitCode === undefined && console.error(error.message));
  answers.on('error', () => undefined);
}
