/**
 * Many agents in one process, over real gRPC, a connection each. Arguments: the proxy's agent port, how many agents, how
 * many paths each has, the file that answers every scrape, and whose agents they are like in what they announce and how
 * they send heartbeats: `this` or `4.x`. Prints `ready` when all of them serve.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const [port = '', agents = '', paths = '', bodyFile = '', kind = ''] = process.argv.slice(2);
const body = readFileSync(bodyFile);
const HEARTBEAT_MS = 5_000;
const isOurs = kind === 'this';
const capabilities = isOurs ? ['implied-agent-id', 'stream-heartbeats'] : [];
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
  const identity = { agentId, launchId: name, agentName: name, hostName: name };
  await call('registerAgent')({ ...identity, capabilities });
  for (let at = 0; at < Number(paths); at += 1) {
    const { valid, reason } = await call('registerPath')({ agentId, path: `${name}/${at}`, labels: '{}' });
    if (valid !== true) throw new Error(`path ${name}/${at} was refused: ${String(reason)}`);
  }
  const answers = serve(client, agentId);
  const sendHeartbeat = call('sendHeartBeat');
  setInterval(() => (isOurs ? answers.write({}) : void sendHeartbeat({ agentId })), HEARTBEAT_MS);
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

/** Its stream of answers. */
function serve(client: grpc.Client, agentId: string): grpc.ClientWritableStream<object> {
  const methods = client as never as Record<string, (...args: unknown[]) => unknown>;
  const requests = methods['readRequestsFromProxy']?.({ agentId }) as grpc.ClientReadableStream<{
    scrapeId: number;
  }>;
  const answers = methods['writeResponsesToProxy']?.(() => undefined) as grpc.ClientWritableStream<object>;
  requests.on('data', ({ scrapeId }) => {
    if (isOurs && scrapeId === 0) return;
    answers.write({
      validResponse: true,
      agentId: isOurs ? undefined : agentId,
      scrapeId,
      statusCode: 200,
      contentType: 'text/plain; version=0.0.4',
      zipped: true,
      contentAsZipped: body,
    });
  });
  requests.on('error', (error) => process.exitCode === undefined && console.error(error.message));
  answers.on('error', () => undefined);
  return answers;
}
