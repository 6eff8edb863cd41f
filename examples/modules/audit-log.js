/**
 * Writes one line of JSON for each scrape to the file that AUDIT_LOG names: when, which path, by which agent, and what
 * became of it. Also shows a metric of its own beside those of the proxy.
 */
import { createWriteStream } from 'node:fs';
import { METRICS_REGISTRY, SCRAPE_OBSERVER } from 'prometheus-proxy-node/proxy';
import { Counter } from 'prom-client';

/** Lines that may wait for a slow disk; beyond that they are dropped and counted. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** @implements {import('prometheus-proxy-node/proxy').ScrapeObserver} */
class AuditLog {
  #file = createWriteStream(process.env.AUDIT_LOG ?? 'audit.jsonl', { flags: 'a' });
  #dropped;

  constructor(registry) {
    this.#dropped = new Counter({
      name: 'audit_lines_dropped_total',
      help: 'Lines of the audit log that could not be written',
      registers: [registry],
    });
    this.#file.on('error', () => this.#dropped.inc());
  }

  scraped({ path, agentName, answer, durationMs }) {
    if (this.#file.writableLength > MAX_WAITING_BYTES) {
      this.#dropped.inc();
      return;
    }
    const outcome = answer.kind === 'failure' ? answer.code : answer.kind;
    const line = {
      at: new Date().toISOString(),
      path,
      agent: agentName,
      outcome,
      ms: Math.round(durationMs),
    };
    this.#file.write(`${JSON.stringify(line)}\n`);
  }

  /** Nest calls this when the proxy ends. */
  async onApplicationShutdown() {
    await new Promise((resolve) => this.#file.end(resolve));
  }
}

class AuditModule {}

export default {
  module: AuditModule,
  providers: [
    {
      provide: SCRAPE_OBSERVER,
      inject: [METRICS_REGISTRY],
      useFactory: (registry) => new AuditLog(registry),
    },
  ],
};
