import { describe, it } from 'vitest';
import { Stage, stagePerSuite } from '../support/stage.js';
import { runRow } from './run-row.js';
import { type FaultGroup, TABLE } from './table.js';
import { World } from './world.js';
import type { FaultRow } from './fault-row.js';

/** `FAULTS=all` runs the rows, too, that take long, `FAULTS=night` those alone. */
const which = process.env['FAULTS'];
const isRun = ({ isQuick }: FaultRow): boolean => which === 'all' || isQuick === (which !== 'night');

const title = ({ fault, missing }: FaultRow): string => {
  const what = missing?.();
  return what === undefined ? fault : `${fault} (skipped: there is no ${what} on this machine)`;
};

describe.each(TABLE)('$group', ({ group, rows, world: maker }: FaultGroup) => {
  const suite = stagePerSuite();
  let shared: World | undefined;

  const sharedWorld = async (): Promise<World> => (shared ??= await World.start(suite, maker));

  for (const row of rows.filter(isRun)) {
    it.skipIf(row.missing?.() !== undefined)(
      title(row),
      async ({ task }) => {
        const stage = new Stage();
        try {
          const world = row.world === undefined ? await sharedWorld() : await World.start(stage, row.world);
          const { words: seen, recoveryMs } = await runRow(row, world);
          const { fault, injected, expected } = row;
          task.meta.row = { group, fault, injected, expected, seen, recoveryMs };
        } catch (error) {
          // What a failed row left behind must not fail those after it.
          shared = undefined;
          throw error;
        } finally {
          await stage.clear();
        }
      },
      180_000,
    );
  }
});
