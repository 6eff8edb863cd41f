/**
 * Serves what an inventory lists: INVENTORY_URL answers `[{ "name": "db1", "address": "db1:9187" }, …]`, asked every
 * INVENTORY_SECONDS (30). While it cannot be asked, the last list stands.
 */
import { LOGGER, TARGET_SOURCE } from 'prometheus-proxy-node/agent';

const TIMEOUT_MS = 5_000;

/** @implements {import('prometheus-proxy-node/agent').TargetSource} */
class InventorySource {
  name = 'inventory';
  origin = 'DISCOVERED';
  #log;
  #timer;

  constructor(log) {
    this.#log = log;
  }

  async start(onTargets) {
    const seconds = Number(process.env.INVENTORY_SECONDS ?? 30);
    this.#timer = setInterval(() => void this.#read(onTargets), seconds * 1000);
    await this.#read(onTargets);
  }

  stop() {
    clearInterval(this.#timer);
  }

  async #read(onTargets) {
    try {
      const response = await fetch(process.env.INVENTORY_URL, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`status ${response.status}`);
      onTargets((await response.json()).map(toTarget));
    } catch (error) {
      this.#log.warn({ err: error }, 'the inventory cannot be read, its last list stands');
    }
  }
}

function toTarget({ name, address }) {
  return {
    name,
    path: `inventory/${name}`,
    url: `http://${address}/metrics`,
    labels: JSON.stringify({ source: 'inventory' }),
  };
}

class InventoryModule {}

export default {
  module: InventoryModule,
  providers: [{ provide: TARGET_SOURCE, inject: [LOGGER], useFactory: (log) => new InventorySource(log) }],
};
