import { bindAddress, flag, inRange, int, portNumber, text } from '@app/config';
import { dashboardPath } from '../dashboard/base-path.js';
import { MAX_REMEMBERED } from './remembered.js';

/** The page for people. */
export const dashboardRows = {
  'dashboard.enabled': flag({
    default: false,
    flags: ['--dashboard'],
    env: 'DASHBOARD_ENABLED',
    doc: 'Serve the dashboard: agents, paths and why scrapes fail, for people.',
  }),
  'dashboard.port': int({
    default: 8094,
    flags: ['--dashboard_port'],
    env: 'DASHBOARD_PORT',
    check: portNumber,
    doc: 'Port of the dashboard.',
  }),
  'dashboard.bindAddress': text({
    default: '',
    check: bindAddress,
    doc: 'Address the dashboard listens on; empty means all interfaces. It asks nobody who they are.',
  }),
  'dashboard.path': text({
    default: 'dashboard',
    flags: ['--dashboard_path'],
    env: 'DASHBOARD_PATH',
    check: dashboardPath,
    doc: 'Path of the page; the root of the port leads there.',
  }),
  'dashboard.refreshIntervalSecs': int({
    default: 2,
    check: inRange(1, 3600),
    doc: 'Seconds between two updates of an open page; agents and paths that come and go show sooner.',
  }),
  'dashboard.recentScrapesQueueSize': int({
    default: 200,
    check: inRange(0, MAX_REMEMBERED),
    doc: 'Failed scrapes that the dashboard remembers; of each path it has the last scrapes in any case.',
  }),
};
