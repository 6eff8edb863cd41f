import type { Snapshot, Snapshots } from './snapshots.js';
import { summaryHtml, summaryWords } from './summary.js';
import { changesBetween, filterWords, type View, viewOf } from './view.js';

/** How changes are told; all times in milliseconds. */
export interface LiveFeedOptions {
  /** Between two looks while somebody watches. */
  readonly intervalMs: number;
  /** Pages that may watch at once. */
  readonly maxClients: number;
  /** Silence after which a page is told that the link still stands. */
  readonly beatMs: number;
  /** How long a page may leave unread what it was sent. */
  readonly maxUnreadMs: number;
}

/** The open answer that events are written to. */
export interface EventSink {
  readonly writableNeedDrain: boolean;
  write(text: string): unknown;
  end(): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** What a page has and wants. */
export interface Subscription {
  readonly filter: string;
  /** The snapshot it shows; the empty text for none. */
  readonly version: string;
}

interface Client {
  readonly sink: EventSink;
  readonly words: readonly string[];
  shown: View | undefined;
  summary: string;
  lastSentAt: number;
}

/** Agents often come and go many at a time: what they change is looked at together, after this pause. */
const COALESCE_MS = 200;

/** A look may take this share of the time. */
const MAX_SHARE = 0.02;

/**
 * Tells open pages what has changed, as server-sent events.
 *
 * It looks only while somebody watches. What a page was not ready to read is not queued: it gets what is different from what
 * it was sent last, later, or is hung up on when it never reads.
 */
export class LiveFeed {
  private readonly clients = new Set<Client>();
  private timer: NodeJS.Timeout | undefined;
  private nextLookAt = Infinity;

  constructor(
    private readonly snapshots: Snapshots,
    private readonly options: LiveFeedOptions,
  ) {}

  get size(): number {
    return this.clients.size;
  }

  get isFull(): boolean {
    return this.clients.size >= this.options.maxClients;
  }

  /** Tell this page from now on, until it goes. It gets at once what is different from what it shows. */
  add(sink: EventSink, { filter, version }: Subscription): void {
    const words = filterWords(filter);
    const base = this.snapshots.find(version);
    const client: Client = {
      sink,
      words,
      shown: base && viewOf(base, words),
      summary: base === undefined ? '' : summaryWords(base.summary),
      lastSentAt: performance.now(),
    };
    this.clients.add(client);
    sink.once('close', () => this.remove(client));
    this.lookWithin(0);
  }

  /** Something has changed that should be seen soon. */
  wake(): void {
    if (this.clients.size > 0) {
      this.lookWithin(COALESCE_MS);
    }
  }

  close(): void {
    this.clients.forEach(({ sink }) => sink.end());
    this.clients.clear();
    this.stop();
  }

  private remove(client: Client): void {
    this.clients.delete(client);
    if (this.clients.size === 0) {
      this.stop();
    }
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.nextLookAt = Infinity;
  }

  private lookWithin(delayMs: number): void {
    const at = performance.now() + delayMs;
    if (at < this.nextLookAt) {
      clearTimeout(this.timer);
      this.nextLookAt = at;
      this.timer = setTimeout(() => this.look(), delayMs);
      this.timer.unref();
    }
  }

  private look(): void {
    const startedAt = performance.now();
    const snapshot = this.snapshots.take(COALESCE_MS / 2);
    const views = new Map<string, View>();
    for (const client of this.clients) {
      const key = client.words.join(' ');
      const view = views.get(key) ?? viewOf(snapshot, client.words);
      views.set(key, view);
      this.tell(client, snapshot, view);
    }
    const tookMs = performance.now() - startedAt;
    this.nextLookAt = Infinity;
    this.lookWithin(Math.max(this.options.intervalMs, tookMs / MAX_SHARE));
  }

  private tell(client: Client, snapshot: Snapshot, view: View): void {
    const { sink } = client;
    const silentMs = performance.now() - client.lastSentAt;
    if (sink.writableNeedDrain) {
      if (silentMs > this.options.maxUnreadMs) {
        sink.destroy();
      }
      return;
    }
    const tables = changesBetween(client.shown, view);
    const words = summaryWords(snapshot.summary);
    if (Object.keys(tables).length > 0 || words !== client.summary) {
      const { version, atMs, summary } = snapshot;
      const announce = words === client.summary ? undefined : words;
      this.send(client, 'change', version, { atMs, summary: String(summaryHtml(summary)), announce, tables });
      client.shown = view;
      client.summary = words;
    } else if (silentMs > this.options.beatMs) {
      this.send(client, 'beat', snapshot.version, {});
      client.shown = view;
    }
  }

  private send(client: Client, event: string, version: string, change: object): void {
    client.sink.write(`event: ${event}\nid: ${version}\ndata: ${JSON.stringify(change)}\n\n`);
    client.lastSentAt = performance.now();
  }
}
