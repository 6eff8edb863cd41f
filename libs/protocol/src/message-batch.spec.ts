import {
  credentials,
  loadPackageDefinition,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import type {
  ProtoGrpcType,
  ProxyServiceClient,
  ScrapeRequestMessage,
  ScrapeResponseMessage,
} from './index.js';
import { batchDefinition, batchOf, MessageBatch } from './message-batch.js';
import { packageDefinition } from './package-definition.js';

type Answer = sendUnaryData<object>;

const batching = services(batchDefinition(packageDefinition));
const plain = services(packageDefinition);

function services(definition: typeof packageDefinition): ProtoGrpcType {
  return loadPackageDefinition(definition) as unknown as ProtoGrpcType;
}

/** A client of a server with these handlers; both are gone when the test is over. */
async function connect(
  server: ProtoGrpcType,
  client: ProtoGrpcType,
  handlers: UntypedServiceImplementation,
): Promise<ProxyServiceClient> {
  const grpcServer = new Server();
  grpcServer.addService(server.ProxyService.service, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    grpcServer.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const grpcClient = new client.ProxyService(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => {
    grpcClient.close();
    grpcServer.forceShutdown();
  });
  return grpcClient;
}

test('a server sends several messages in one, and its reader gets each, in order', async () => {
  const paths = ['a', '', 'long'.repeat(10_000), 'd'];
  const client = await connect(batching, plain, {
    readRequestsFromProxy: (call: ServerWritableStream<object, object>) => {
      call.write({ path: 'before' });
      call.write(batchOf(paths.map((path) => ({ path }))));
      call.end();
    },
  });

  const read: string[] = [];
  for await (const { path } of client.readRequestsFromProxy({}) as AsyncIterable<ScrapeRequestMessage>) {
    read.push(path);
  }

  expect(read).toEqual(['before', ...paths]);
});

test('a client sends several messages in one, and its reader gets each, in order', async () => {
  const read: ScrapeResponseMessage[] = [];
  const client = await connect(plain, batching, {
    writeResponsesToProxy: (call: ServerReadableStream<ScrapeResponseMessage, object>, answer: Answer) => {
      call.on('data', (message: ScrapeResponseMessage) => read.push(message));
      call.on('end', () => answer(null, {}));
    },
  });
  const bodies = [Buffer.alloc(20_000, 1), Buffer.alloc(0), Buffer.alloc(100_000, 2)];

  await new Promise((resolve) => {
    const call = client.writeResponsesToProxy(resolve);
    const messages = bodies.map((contentAsZipped, at) => ({ scrapeId: at + 1, contentAsZipped }));
    call.write(batchOf(messages) as object);
    call.end({ scrapeId: 4 });
  });

  expect(read.map(({ scrapeId }) => scrapeId)).toEqual([1, 2, 3, 4]);
  expect(read.slice(0, 3).map((message) => message.contentAsZipped)).toEqual(bodies);
});

test('one message is no batch, nor is none', () => {
  expect(batchOf(['only'])).toBe('only');
  expect(batchOf(['one', 'two'])).toEqual(new MessageBatch(['one', 'two']));
  expect(() => batchOf([])).toThrow('a batch holds one message at least');
});
