import type { Server, ServerDuplexStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { fileDescriptors } from '@app/protocol';

/** What the library looks names up in. */
interface ReflectionTables {
  symbols: Record<string, unknown>;
  services: Record<string, unknown>;
}

type ReflectionHandler = (call: ServerDuplexStream<unknown, unknown>) => void;

/** Let tools ask the server what it serves: `grpc.reflection.v1` and `v1alpha`. */
export function addReflection(server: Server): void {
  const service = new ReflectionService(packageOf(fileDescriptors));
  const { v1, v1Alpha } = service as unknown as { v1: ReflectionTables; v1Alpha: ReflectionTables };
  for (const tables of [v1, v1Alpha]) {
    tables.symbols = withoutLeadingDots(tables.symbols);
    tables.services = withoutLeadingDots(tables.services);
  }
  service.addToServer({
    addService: (definition, implementation) => server.addService(definition, guarded(implementation)),
  });
}

/** All that the library reads of a package are the descriptors of its files. */
function packageOf(files: readonly Buffer[]): PackageDefinition {
  return {
    files: { format: '', type: {}, fileDescriptorProtos: [...files] },
  } as unknown as PackageDefinition;
}

/** The library begins the names of a file without a package with a dot, which nobody asks for. */
function withoutLeadingDots(table: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name.replace(/^\./, ''), value]));
}

/** An error that nobody listens to would end the process. */
function guarded(implementation: UntypedServiceImplementation): UntypedServiceImplementation {
  const handlers = Object.entries(implementation).map(([rpc, handler]): [string, ReflectionHandler] => [
    rpc,
    (call) => {
      call.on('error', () => undefined);
      (handler as ReflectionHandler)(call);
    },
  ]);
  return Object.fromEntries(handlers);
}
