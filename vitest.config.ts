import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const lib = (name: string): string => fileURLToPath(new URL(`./libs/${name}/src/index.ts`, import.meta.url));

const alias = {
  '@app/protocol': lib('protocol'),
  '@app/chunking': lib('chunking'),
  '@app/delta': lib('delta'),
  '@app/deadlines': lib('deadlines'),
  '@app/config': lib('config'),
  '@app/operations/launch': fileURLToPath(new URL('./libs/operations/src/launch.ts', import.meta.url)),
  '@app/operations': lib('operations'),
  '@app/extensions': lib('extensions'),
};

/** Minutes or hours of mixed life; only where it is asked for how many. */
const soak = {
  resolve: { alias },
  test: { name: 'soak', include: ['test/faults/soak/*.soak.ts'], sequence: { groupOrder: 3 } },
};

/** The built programs as processes, with real peers where they are installed. */
const built = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 15_000 } },
  // Real clocks and processes on a shared machine: one more try there, and the report names whoever needed it.
  retry: process.env['CI'] === undefined ? 0 : 1,
};

/** Specs that judge times, or put the whole machine under load. */
const judgeTimes = [
  'test/faults/**/*.spec.ts',
  'test/e2e/{agent-failures,bad-requests,concurrency,dashboard-many-paths,deadlines,failures}.spec.ts',
  'test/e2e/{keepalive,metrics,target-view}.spec.ts',
];

/**
 * One after the other: `unit`, plain and module specs in few processes, milliseconds each; `system`, the built programs,
 * two files at once; `alone`, those of them that want the machine for themselves.
 */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['{apps,libs,bench}/**/*.spec.ts', 'test/docs/**/*.spec.ts'],
          testTimeout: 15_000,
          hookTimeout: 30_000,
          expect: { poll: { timeout: 5_000 } },
          // Specs share their modules: nothing here is global, and loading Nest anew for each was half the time.
          isolate: false,
          // Most of them wait on clocks and sockets, so two fit on a core.
          maxWorkers: 2 * availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'system',
          include: ['test/{e2e,interop}/**/*.spec.ts'],
          exclude: judgeTimes,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...built,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'alone',
          include: judgeTimes,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...built,
        },
      },
      ...(process.env['SOAK_MINUTES'] === undefined ? [] : [soak]),
    ],
  },
});
