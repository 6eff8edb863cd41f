/**
 * Writes the package definition (JSON), the TypeScript types of the wire and what reflection says of it from
 * `proto/proxy_service.proto`, the only source of all three: `npm run proto`. A test fails when what is generated no
 * longer matches the proto.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';

const PROTO = 'proxy_service.proto';
const EMPTY = 'google/protobuf/empty.proto';

const outDir = 'libs/protocol/src/generated';
rmSync(outDir, { recursive: true, force: true });

execFileSync('proto-loader-gen-types', [
  PROTO,
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

const root = protobuf.loadSync(`proto/${PROTO}`);
writeFileSync(`${outDir}/proxy-service.json`, `${JSON.stringify(root.toJSON(), null, 2)}\n`);
writeFileSync(`${outDir}/reflection-files.json`, `${JSON.stringify(describeFiles(), null, 2)}\n`);

/**
 * The proto and what it imports as file descriptors (base64 of `FileDescriptorProto`), with the names of the proto itself.
 *
 * The library names files after their packages, refers to types without the leading dot, and ends reserved ranges one
 * number early; the compiler of protobuf does not.
 */
function describeFiles(): string[] {
  const own = new protobuf.Root();
  own.loadSync(`proto/${PROTO}`, { keepCase: true });
  own.resolveAll();
  const { file } = own.toDescriptor('proto3').toJSON() as { file: FileDescriptor[] };
  return file.map((one) => encode(one.package === undefined ? completeOwn(one) : { ...one, name: EMPTY }));
}

interface FileDescriptor {
  name: string;
  package?: string;
  dependency?: string[];
  messageType: MessageDescriptor[];
  service?: { method: { inputType: string; outputType: string }[] }[];
}

interface MessageDescriptor {
  field?: { typeName?: string }[];
  reservedRange?: { start: number; end: number }[];
}

function completeOwn(file: FileDescriptor): FileDescriptor {
  for (const message of file.messageType) {
    for (const field of message.field ?? []) {
      if (field.typeName !== undefined) {
        field.typeName = absolute(field.typeName);
      }
    }
    for (const range of message.reservedRange ?? []) {
      range.end += 1;
    }
  }
  for (const method of file.service?.flatMap((service) => service.method) ?? []) {
    method.inputType = absolute(method.inputType);
    method.outputType = absolute(method.outputType);
  }
  return { ...file, name: PROTO, dependency: [EMPTY] };
}

function absolute(typeName: string): string {
  return typeName.startsWith('.') ? typeName : `.${typeName}`;
}

function encode(file: FileDescriptor): string {
  const { FileDescriptorProto } = descriptor;
  const bytes = FileDescriptorProto.encode(FileDescriptorProto.fromObject({ ...file })).finish();
  return Buffer.from(bytes).toString('base64');
}
