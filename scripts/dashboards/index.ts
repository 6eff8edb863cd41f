import { oneAgent } from './one-agent.js';
import { onePath } from './one-path.js';
import { overview } from './overview.js';
import type { Dashboard } from './panels.js';

/** Each dashboard by the name of its file in `deploy/grafana`. */
export const dashboards: Readonly<Record<string, Dashboard>> = {
  'overview.json': overview,
  'one-agent.json': oneAgent,
  'one-path.json': onePath,
};
