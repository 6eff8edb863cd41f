import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';
import proxyService from './generated/proxy-service.json' with { type: 'json' };

/** Name of the service; with no package in the proto it is also the first half of every HTTP/2 path. */
export const SERVICE_NAME = 'ProxyService';

/**
 * The wire as grpc-js takes it.
 *
 * Field names are camelCase, absent fields are filled with their proto3 defaults, and int64 are numbers:
 * every one on this wire is a counter or a CRC32, far below 2^53.
 */
export const packageDefinition: PackageDefinition = fromJSON(
  proxyService as unknown as Parameters<typeof fromJSON>[0],
  {
    longs: Number,
    defaults: true,
    arrays: true,
    oneofs: true,
  },
);
