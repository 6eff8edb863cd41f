import PQueue from 'p-queue';
import { doctor, packageVersion } from '@app/operations';
import { parsePathLabels, parsePathName } from '@app/protocol';
import type { AgentOptions } from '../config/agent-options.js';
import type { Egress } from '../egress/egress.js';
import { ConfiguredTargets } from '../paths/discovery/configured-targets.js';
import { FileTargets } from '../paths/discovery/file-targets.js';
import { MergedTargets } from '../paths/discovery/merged-targets.js';
import { configuredTargets, discoveryFile } from '../paths/discovery/target-options.js';
import { type Target, TargetTable } from '../paths/target-table.js';
import { targetClientOptions } from '../scrape/scrape-settings.js';
import { TargetClient } from '../scrape/target-client.js';
import { TargetAccess } from '../target-access/target-access.js';
import { CollectedWarnings } from './collected-warnings.js';
import { examineTarget } from './examine-target.js';

export interface TargetSurroundings {
  readonly egress: Egress;
  readonly signal: AbortSignal;
}

const TARGETS_AT_ONCE = 8;
/** What a proxy takes unless it is told otherwise. */
const MAX_PATH_CHARS = 1024;
const MAX_LABELS_BYTES = 8192;

const { problem, warning } = doctor;

/** Look at every path, configured or discovered, and fetch its target once. */
export async function examineTargets(
  options: AgentOptions,
  { egress, signal }: TargetSurroundings,
): Promise<doctor.Section[]> {
  const warnings = new CollectedWarnings();
  const access = await TargetAccess.open(options, warnings.logger).catch((error: Error) => error);
  if (access instanceof Error) {
    return [{ title: 'Targets', findings: [problem('files', access.message)] }];
  }
  const targets = await findTargets(options, access, warnings);
  const client = new TargetClient(targetClientOptions(options, packageVersion()), access.tls, egress);
  const queue = new PQueue({ concurrency: TARGETS_AT_ONCE });
  const sections = targets.map((target) =>
    queue.add(async (): Promise<doctor.Section> => ({
      title: `Path /${target.path} -> ${target.shownUrl}`,
      findings: [...judgePath(target), ...(await examineTarget(target, { options, client, signal }))],
    })),
  );
  const examined = await Promise.all(sections);
  await client.close();
  return [{ title: 'Paths', findings: warnings.findings }, ...examined];
}

async function findTargets(
  options: AgentOptions,
  access: TargetAccess,
  { logger }: CollectedWarnings,
): Promise<Target[]> {
  const table = new TargetTable();
  const sources = [
    new ConfiguredTargets(configuredTargets(options.pathConfigs, access)),
    new FileTargets(discoveryFile(options), logger),
  ];
  const merged = new MergedTargets(table, sources, logger);
  await merged.start();
  merged.stop();
  return table.all();
}

function judgePath({ path, labels }: Target): doctor.Finding[] {
  const name = parsePathName(path, MAX_PATH_CHARS);
  const refused =
    'problem' in name ? [problem('path', name.problem, 'a proxy refuses it: choose another')] : [];
  const dropped = parsePathLabels(labels, MAX_LABELS_BYTES).warnings.map((words) =>
    warning('labels', words, 'Prometheus takes names of letters, digits and _, and texts as values'),
  );
  return [...refused, ...dropped];
}
