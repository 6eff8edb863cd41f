import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AgentRegistryService } from '../agents/agent-registry.service.js';
import type { ScrapeRights } from '../auth/scrape-authorizer.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { DepartedPaths } from '../paths/departed-paths.js';
import { type ListedPath, toListed } from '../paths/listed-path.js';
import type { PathEntry } from '../paths/path-entry.js';
import { PathTable } from '../paths/path-table.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { InstanceLabels } from './instance-labels.js';
import { matches, toTargetGroups } from './target-groups.js';
import { parseTargetPrefix, type ScrapeAddress } from './target-prefix.js';

/** A discovery document and its entity tag. */
export interface DiscoveryDocument {
  readonly text: string;
  readonly etag: string;
}

/**
 * What Prometheus is told to scrape: every path that is served, and those whose agent left within the hold-down, so that
 * their targets stay and show why they are down.
 */
@Injectable()
export class ServiceDiscovery {
  private readonly startedAt = performance.now();
  private readonly address: ScrapeAddress;

  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    private readonly paths: PathTable,
    private readonly departed: DepartedPaths,
    private readonly instances: InstanceLabels,
    private readonly agents: AgentRegistryService,
  ) {
    this.address = parseTargetPrefix(options.service.discovery.targetPrefix) ?? {
      target: '',
      scheme: 'http',
    };
  }

  /**
   * Whether the proxy can know its paths by now. Before, an empty list would make Prometheus delete every target, while
   * an error lets it keep what it has.
   */
  get isKnown(): boolean {
    const heldMs = this.options.service.discovery.startupHoldSecs * 1000;
    return this.agents.hasEverConnected && performance.now() - this.startedAt >= heldMs;
  }

  /** The document, as Prometheus' HTTP service discovery takes it: paths that the query asks for and that may be scraped. */
  document(query: URLSearchParams, rights: ScrapeRights): DiscoveryDocument {
    const listed = this.list();
    const isOff = this.options.service.discovery.instanceLabel === 'off';
    const groups = toTargetGroups(
      listed.filter((one) => matches(one, query) && rights.mayScrape(one.path)),
      this.address,
      (path) => (isOff ? undefined : this.instances.find(path)),
    );
    const text = `${JSON.stringify(groups, null, 4)}\n`;
    return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"` };
  }

  /** A shared path keeps the name its first agent gave it, whoever comes or goes; a plain one follows its agent. */
  private name({ path, isConsolidated, registrations: [first] }: PathEntry): void {
    if (first !== undefined && !(isConsolidated && this.instances.find(path) !== undefined)) {
      this.instances.assign({ path, labels: first.labels, targetUrl: first.targetUrl });
    }
  }

  private list(): ListedPath[] {
    const served = [...this.paths.list()].map((entry) => {
      this.name(entry);
      return toListed(entry);
    });
    return [...served, ...this.departed.listed()];
  }
}
