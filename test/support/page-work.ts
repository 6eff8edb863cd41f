import type { Browser, Page } from 'playwright-core';

/** What a page's main thread did. */
export interface PageWork {
  /** What each of its tasks took, longest first, in milliseconds of processor time: load on the machine does not count. */
  readonly taskMs: readonly number[];
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time of the thread, in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Record what the pages of this browser do while something happens. */
export async function workOf(browser: Browser, page: Page, during: () => Promise<void>): Promise<PageWork> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  let trace: Buffer;
  try {
    await during();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  return { taskMs: tasksOfPages(traceEvents) };
}

function tasksOfPages(events: readonly TraceEvent[]): number[] {
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`;
  const pages = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  );
  return events
    .filter((event) => pages.has(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1_000)
    .sort((one, other) => other - one);
}
