import type { World, WorldMaker } from './world.js';

/** The groups of the table, in its order. */
export const GROUPS = [
  'process',
  'link',
  'target',
  'scraper',
  'hostile agent',
  'hostile proxy',
  'garbage',
] as const;

export type Group = (typeof GROUPS)[number];

/** Outcomes of scrapes while the agent is away. */
export const AGENT_AWAY = /^(502 agent_disconnected|503 agent_gone)$/;

/** One row of the table: a fault, and what may come of it. */
export interface FaultRow {
  readonly fault: string;
  /** What is done, in words. */
  readonly injected: string;
  /** What Prometheus sees, in words. */
  readonly expected: string;
  /** Outcomes of the steady scrapes that are fine beside success; none when left out. */
  readonly allowed?: RegExp;
  /** How soon after the cause is gone a scrape succeeds again, in ms; 0 (the default) where none may fail. */
  readonly recoveryMs?: number;
  /** The proxy itself stands still meanwhile: what it was sent is answered when it goes on, in time or not. */
  readonly answersLate?: boolean;
  /** It floods a program: V8 then leaves more garbage lying about, all of which it collects when it needs the room. */
  readonly isFlood?: boolean;
  /** Runs with every change; the others run at night. */
  readonly isQuick: boolean;
  /** A world of its own; rows without share the one of their group. */
  readonly world?: WorldMaker;
  /** What it needs that may be missing on a machine: its name when it is. */
  readonly missing?: () => string | undefined;
  /**
   * Bring the fault about, check what is particular to it, and take its cause away. Answers what else was seen, in a few
   * words. Whoever puts something up registers its end with `world.stage`, which is cleared after the row.
   */
  readonly inject: (world: World) => Promise<string | void>;
}

/** What came of one row. */
export interface RowResult {
  readonly group: Group;
  readonly fault: string;
  readonly injected: string;
  readonly expected: string;
  readonly seen: string;
  /** Undefined where no scrape failed. */
  readonly recoveryMs: number | undefined;
}

declare module 'vitest' {
  interface TaskMeta {
    row?: RowResult;
  }
}
