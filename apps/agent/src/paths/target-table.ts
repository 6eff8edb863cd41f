import type { InProcessTarget } from './in-process-target.js';
import { type AddressOutcome, inProcessAddress, parseTargetAddress } from './target-address.js';
import { maskUserInfo } from '@app/operations';

/** What a target is configured with. */
export interface TargetConfig {
  name: string;
  /** With or without a leading slash. */
  path: string;
  url: string;
  /** A JSON object as text; empty means none. */
  labels: string;
  /** The `Authorization` of the agent's own for this target, as it is now; stronger than the scraper's. */
  authorization?: () => string | undefined;
  /** The target itself, where it is in this process; `url` is then only shown. */
  inProcess?: InProcessTarget;
}

/** Where a target's configuration came from, as the proxy is told. */
export type TargetOrigin = 'STATIC' | 'DISCOVERED';

/** A URL behind the firewall and the path it is served under. */
export interface Target {
  name: string;
  /** Without a leading slash. */
  path: string;
  /** A JSON object as text. */
  labels: string;
  source: TargetOrigin;
  /** The URL as configured, credentials included: for display use `shownUrl`. */
  url: string;
  /** The URL without its credentials. */
  shownUrl: string;
  address: AddressOutcome;
  /** Undefined where only its URL can hold credentials. */
  authorization: (() => string | undefined) | undefined;
}

/** Told of the path whose target was set, replaced or removed. */
export type TargetListener = (path: string) => void;

/**
 * Which target each path stands for. Belongs to the agent, not to a connection; connections listen to it and
 * register or unregister what changed. Holds what configuration gave it: nothing a peer sends adds an entry.
 */
export class TargetTable {
  readonly #targets = new Map<string, Target>();
  readonly #listeners = new Set<TargetListener>();

  get size(): number {
    return this.#targets.size;
  }

  find(path: string): Target | undefined {
    return this.#targets.get(path);
  }

  /** Every target, in the order in which its path was first set. */
  all(): Target[] {
    return [...this.#targets.values()];
  }

  /** Serve a path, replacing what it stood for. Returns the target. */
  set(config: TargetConfig, source: TargetOrigin): Target {
    const target = toTarget(config, source);
    this.#targets.set(target.path, target);
    this.#tell(target.path);
    return target;
  }

  /** Take over what a proxy is not told of, its name and its credentials, while it is served as before. */
  refresh(target: Target, { name, authorization }: TargetConfig): void {
    target.name = name;
    target.authorization = authorization;
  }

  /** Stop serving a path. Whether it was served. */
  remove(path: string): boolean {
    const wasServed = this.#targets.delete(path);
    if (wasServed) {
      this.#tell(path);
    }
    return wasServed;
  }

  /** Hear of every change until the returned function is called. */
  listen(listener: TargetListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(path: string): void {
    for (const listener of this.#listeners) {
      listener(path);
    }
  }
}

/** Without the leading slash. */
export const pathOf = ({ path }: TargetConfig): string => path.replace(/^\//, '');

/** A JSON object as text, also where none are given. */
export const labelsOf = ({ labels }: TargetConfig): string => (labels.trim() === '' ? '{}' : labels);

function toTarget(config: TargetConfig, source: TargetOrigin): Target {
  return {
    name: config.name,
    path: pathOf(config),
    labels: labelsOf(config),
    source,
    url: config.url,
    shownUrl: maskUserInfo(config.url),
    address: addressOf(config),
    authorization: config.authorization,
  };
}

const addressOf = (config: TargetConfig): AddressOutcome =>
  config.inProcess === undefined
    ? parseTargetAddress(config.url)
    : { kind: 'ok', address: inProcessAddress(pathOf(config), config.inProcess) };
