import reflectionFiles from './generated/reflection-files.json' with { type: 'json' };

/** The proto and what it imports, as `FileDescriptorProto` messages, for gRPC reflection. */
export const fileDescriptors: readonly Buffer[] = reflectionFiles.map((file) => Buffer.from(file, 'base64'));
