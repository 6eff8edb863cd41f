/**
 * Writes the package definition (JSON) and the TypeScript types of the wire from `proto/proxy_service.proto`,
 * the only source of both: `npm run proto`. A test fails when what is generated no longer matches the proto.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const outDir = 'libs/protocol/src/generated';
rmSync(outDir, { recursive: true, force: true });

execFileSync('proto-loader-gen-types', [
  'proxy_service.proto',
  '--longs=Number',
  '--defaults',
  '--oneofs',
  '--arrays',
  '--includeComments',
  '--grpcLib=@grpc/grpc-js',
  '--outputTemplate=%sMessage',
  '--inputTemplate=%sInit',
  '--importFileExtension=.js',
  `--outDir=${outDir}`,
  '-I',
  'proto',
]);

const root = protobuf.loadSync('proto/proxy_service.proto');
writeFileSync(`${outDir}/proxy-service.json`, `${JSON.stringify(root.toJSON(), null, 2)}\n`);
