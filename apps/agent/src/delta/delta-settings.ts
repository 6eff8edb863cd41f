import { BaseStore } from '@app/delta';
import { discard } from '@app/operations';
import type { Registry } from 'prom-client';
import type { AgentIdentity } from '../agent-identity.js';
import type { AgentOptions } from '../config/agent-options.js';
import { DeltaMetrics } from '../metrics/delta-metrics.js';
import { CodingPaces } from './coding-paces.js';
import { DeltaCoder } from './delta-coder.js';

const MIB = 1024 * 1024;
/** The one that was sent last, and the one before it, should the last have been lost. */
const BASES_PER_KEY = 2;

export function createDeltaCoder(
  options: AgentOptions,
  registry: Registry,
  identity: AgentIdentity,
): DeltaCoder {
  const bases = new BaseStore(options.limits.deltaMemoryMBytes * MIB, BASES_PER_KEY, (bytes) =>
    discard([bytes]),
  );
  const paces = new CodingPaces(() => performance.now());
  return new DeltaCoder(
    options.wire.compression,
    bases,
    paces,
    new DeltaMetrics(registry, identity, bases, paces),
  );
}
