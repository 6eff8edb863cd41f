import type { MethodDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';
import { packageDefinition, SERVICE_NAME } from './index.js';

const service = packageDefinition[SERVICE_NAME] as ServiceDefinition;

function getMethod(rpc: string): MethodDefinition<object, object> {
  const method = service[rpc];
  if (method === undefined) {
    throw new Error(`no rpc ${rpc}`);
  }
  return method;
}

/** What arrives when `message` is sent. */
function receive(rpc: string, message: object): object {
  const method = getMethod(rpc);
  return method.requestDeserialize(method.requestSerialize(message));
}

describe('packageDefinition', () => {
  it.each([
    ['connectAgent', 'unary'],
    ['connectAgentWithTransportFilterDisabled', 'unary'],
    ['registerAgent', 'unary'],
    ['registerPath', 'unary'],
    ['unregisterPath', 'unary'],
    ['pathMapSize', 'unary'],
    ['readRequestsFromProxy', 'server stream'],
    ['writeResponsesToProxy', 'client stream'],
    ['writeChunkedResponsesToProxy', 'client stream'],
    ['sendHeartBeat', 'unary'],
  ])('serves %s at a path without a package, as %s', (rpc, kind) => {
    const { path, requestStream, responseStream } = getMethod(rpc);

    expect(path).toBe(`/ProxyService/${rpc}`);
    expect({ requestStream, responseStream }).toEqual({
      requestStream: kind === 'client stream',
      responseStream: kind === 'server stream',
    });
  });

  it('has no other method', () => {
    expect(Object.keys(service)).toHaveLength(10);
  });

  it('fills absent fields with their defaults', () => {
    expect(receive('registerAgent', {})).toEqual({
      agentId: '',
      launchId: '',
      agentName: '',
      hostName: '',
      consolidated: false,
      proxyEndpoints: [],
      currentEndpointIndex: 0,
      capabilities: [],
    });
  });

  it('says by name which alternative of a oneof came, and nothing when none did', () => {
    expect(receive('writeResponsesToProxy', { contentAsText: '' })).toMatchObject({
      contentOneOf: 'contentAsText',
      contentAsText: '',
    });
    expect(receive('writeResponsesToProxy', {})).not.toHaveProperty('contentOneOf');
    expect(receive('writeChunkedResponsesToProxy', { summary: {} })).toMatchObject({ chunkOneOf: 'summary' });
  });

  it('carries every unsigned CRC32 as a number', () => {
    const chunk = { chunkChecksum: 0xffffffff, chunkScrapeId: 2 ** 40 };

    expect(receive('writeChunkedResponsesToProxy', { chunk })).toMatchObject({ chunk });
  });

  it('carries the path id of a refusal', () => {
    const method = getMethod('registerPath');

    const received = method.responseDeserialize(method.responseSerialize({ pathId: -1 }));

    expect(received).toMatchObject({ pathId: -1 });
  });

  it('carries bytes as they are', () => {
    const contentAsZipped = Buffer.from([0, 0x1f, 0x8b, 0xff, 0xc3, 0x28]);

    expect(receive('writeResponsesToProxy', { contentAsZipped })).toMatchObject({ contentAsZipped });
  });
});
