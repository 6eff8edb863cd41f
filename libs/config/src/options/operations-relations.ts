import type { operationsRows } from './common-rows.js';
import type { OptionValues } from './option-values.js';
import type { ListenPort } from './port-clashes.js';
import type { Settings } from './settings.js';

/** The options of the pages that both programs show an operator. */
export type OperationsValues = OptionValues<ReturnType<typeof operationsRows>>;

interface Page {
  readonly path: string;
  /** The option that says so; undefined where it cannot be changed. */
  readonly key?: string;
}

/** Their ports; both at the same address are one server. */
export const operationsPorts = ({ admin, metrics }: OperationsValues): ListenPort[] => [
  { key: 'admin.port', server: 'operations', ...admin },
  { key: 'metrics.port', server: 'operations', ...metrics },
];

/** A problem for every page whose path another page of the same server has already. */
export function findPageClashes(values: OperationsValues, settings: Settings): string[] {
  const pages = pagesOfOneServer(values).filter(({ path }) => path !== '');
  return pages.flatMap((page, index) => {
    const earlier = pages.slice(0, index).find(({ path }) => path === page.path);
    return earlier === undefined ? [] : [clash(page, earlier, settings)];
  });
}

function pagesOfOneServer({ admin, metrics }: OperationsValues): Page[] {
  const isShared =
    metrics.enabled && admin.port === metrics.port && admin.bindAddress.trim() === metrics.bindAddress.trim();
  if (!admin.enabled) {
    return [];
  }
  return [
    { path: 'livez' },
    { path: 'readyz' },
    { path: admin.debugEnabled ? 'debug' : '' },
    configured('admin.pingPath', admin.pingPath),
    configured('admin.versionPath', admin.versionPath),
    configured('admin.healthCheckPath', admin.healthCheckPath),
    configured('admin.threadDumpPath', admin.threadDumpPath),
    configured('metrics.path', isShared ? metrics.path : ''),
  ];
}

/** With or without slashes around it a path is the same. */
const configured = (key: string, path: string): Page => ({
  key,
  path: path.trim().replace(/^\/+|\/+$/g, ''),
});

/** It is told of the one that somebody set. */
function clash(page: Page, earlier: Page, settings: Settings): string {
  const { key = '', path } = page;
  if (earlier.key === undefined) {
    return settings.say(key, `${JSON.stringify(path)} is a page of the admin server already; choose another`);
  }
  const isLaterSet = settings.isExplicit(key) || !settings.isExplicit(earlier.key);
  const [told, other] = isLaterSet ? [key, earlier.key] : [earlier.key, key];
  return settings.say(told, `${JSON.stringify(path)} is the path of ${other}, too; each needs its own`);
}
