import { type ClientDuplexStream, Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { AGENT_TOKEN_HEADER } from '@app/protocol';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { type Stage, stagePerTest } from '../../../../test/support/stage.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

/** The part of the reflection protocol that is asked here, written down a second time. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Request { string file_by_filename = 3; string file_containing_symbol = 4; string list_services = 7; }
  message Files { repeated bytes file_descriptor_proto = 1; }
  message Service { string name = 1; }
  message Services { repeated Service service = 1; }
  message Problem { int32 error_code = 1; string error_message = 2; }
  message Response { Files files = 4; Services services = 6; Problem problem = 7; }
`);

interface Reply {
  files?: { fileDescriptorProto: Uint8Array[] };
  services?: { service: { name: string }[] };
  problem?: { errorCode: number; errorMessage: string };
}

/** Asks one thing, on a call of its own; the reply, or the status that the call ended with. */
function ask(
  stage: Stage,
  port: number,
  request: Record<string, string> | Buffer,
  { token = '', version = 'v1' } = {},
): Promise<Reply | number> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  stage.atEnd(() => client.close());
  const metadata = new Metadata();
  if (token !== '') {
    metadata.set(AGENT_TOKEN_HEADER, token);
  }
  const type = root.lookupType('Request');
  const bytes = Buffer.isBuffer(request) ? request : Buffer.from(type.encode(request).finish());
  const call: ClientDuplexStream<Buffer, Reply> = client.makeBidiStreamRequest(
    `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    (message: Buffer) => message,
    (answer: Buffer) => root.lookupType('Response').decode(answer) as unknown as Reply,
    metadata,
  );
  return new Promise((resolve) => {
    call.on('data', resolve);
    call.on('error', () => undefined);
    call.on('status', ({ code }) => resolve(code));
    call.write(bytes);
    call.end();
  });
}

describe('reflection', () => {
  const stage = stagePerTest();

  it('is not there unless it is asked for', async () => {
    const { agentPort } = await ProxyUnderTest.start(stage);

    expect(await ask(stage, agentPort, { listServices: '*' })).toBe(status.UNIMPLEMENTED);
  });

  it.each(['v1', 'v1alpha'])(
    'tells what the proxy serves, by the names of the proto: %s',
    async (version) => {
      const { agentPort } = await ProxyUnderTest.start(stage, { reflectionDisabled: false });

      const [services, bySymbol, byMethod, byFile] = (await Promise.all([
        ask(stage, agentPort, { listServices: '*' }, { version }),
        ask(stage, agentPort, { fileContainingSymbol: 'ProxyService' }, { version }),
        ask(stage, agentPort, { fileContainingSymbol: 'ProxyService.registerPath' }, { version }),
        ask(stage, agentPort, { fileByFilename: 'proxy_service.proto' }, { version }),
      ])) as [Reply, Reply, Reply, Reply];

      expect(services.services?.service.map(({ name }) => name)).toEqual(['ProxyService']);
      const files =
        bySymbol.files?.fileDescriptorProto.map((file) => Buffer.from(file).toString('latin1')) ?? [];
      expect(files).toHaveLength(2);
      expect(files[0]).toMatch(/proxy_service\.proto.*google\/protobuf\/empty\.proto/s);
      expect(files[0]).toContain('header_scrape_id');
      expect(files[0]).not.toContain('headerScrapeId');
      expect(files[0]).toContain('encodedQueryParams');
      expect([byMethod.files, byFile.files]).toEqual([bySymbol.files, bySymbol.files]);
    },
  );

  it('says of what it does not know that it does not', async () => {
    const { agentPort } = await ProxyUnderTest.start(stage, { reflectionDisabled: false });

    expect(await ask(stage, agentPort, { fileContainingSymbol: 'Nobody' })).toMatchObject({
      problem: { errorCode: status.NOT_FOUND },
    });
  });

  it('asks for a token where agents need one', async () => {
    const { agentPort } = await ProxyUnderTest.start(stage, {
      reflectionDisabled: false,
      agentToken: 's3cret',
    });

    expect(await ask(stage, agentPort, { listServices: '*' })).toBe(status.UNAUTHENTICATED);
    expect(await ask(stage, agentPort, { listServices: '*' }, { token: 's3cret' })).toHaveProperty(
      'services',
    );
  });

  it('costs nobody else anything when it is asked nonsense', async () => {
    const proxy = await ProxyUnderTest.start(stage, { reflectionDisabled: false });

    expect(await ask(stage, proxy.agentPort, Buffer.from([0xff, 0xff, 0xff]))).not.toBe(status.OK);

    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    expect(agent.readStatus).toBeUndefined();
  });
});
