/** Where a program answers an operator's questions. A blank page path means that the page is not served. */
export interface AdminOptions {
  readonly enabled: boolean;
  /** 0 picks a free port. */
  readonly port: number;
  /** An address of this host; blank means all interfaces. */
  readonly bindAddress: string;
  readonly pingPath: string;
  readonly versionPath: string;
  readonly healthCheckPath: string;
  /** What the process is made of and busy with. */
  readonly threadDumpPath: string;
  /** Whether `/debug` shows the state of the program. */
  readonly debugEnabled: boolean;
}

/** Where a program's own metrics are scraped. */
export interface MetricsOptions {
  readonly enabled: boolean;
  /** 0 picks a free port. */
  readonly port: number;
  /** An address of this host; blank means all interfaces. */
  readonly bindAddress: string;
  readonly path: string;
  /** Show the counters of `legacyCounters` by their old names, too. */
  readonly legacyNames: boolean;
}

/** What `OperationsModule` needs to know. */
export interface OperationsOptions {
  /** Names the program in logs. */
  readonly program: string;
  /** What the keys of its options begin with, for the words about a port that cannot be had. */
  readonly prefix: string;
  readonly admin: AdminOptions;
  readonly metrics: MetricsOptions;
  /** Counters of prometheus-proxy whose name in its code, and in its dashboards, has no `_total`. */
  readonly legacyCounters?: readonly string[];
}
