import { type Check, flag, inRange, int, MAX_TIMER_SECS, notEmpty, oneOf, text } from '@app/config';
import { parseTargetPrefix } from '../service-discovery/target-prefix.js';

const targetPrefix: Check<string> = {
  allowed: 'host:port, with http:// or https:// before and a slash behind it if you like',
  holds: (value) => parseTargetPrefix(value) !== undefined,
};

/** How Prometheus finds the paths, and for how long it is told of those whose agent left. */
export const discoveryRows = {
  'service.discovery.enabled': flag({
    default: false,
    flags: ['--sd_enabled'],
    env: 'SD_ENABLED',
    doc: 'Serve the paths as HTTP service discovery for Prometheus, on the scrape port.',
  }),
  'service.discovery.path': text({
    default: 'discovery',
    check: notEmpty,
    flags: ['--sd_path'],
    env: 'SD_PATH',
    doc: 'Path of the discovery document; no agent can have it then.',
  }),
  'service.discovery.targetPrefix': text({
    default: 'http://localhost:8080/',
    check: targetPrefix,
    flags: ['--sd_target_prefix'],
    env: 'SD_TARGET_PREFIX',
    doc: 'How Prometheus reaches the scrape port; https becomes the label __scheme__.',
  }),
  'service.discovery.instanceLabel': oneOf(['auto', 'off'], {
    default: 'auto',
    doc: 'The instance label: auto gives each path one of its own, off leaves it to Prometheus, where paths then share it.',
  }),
  'service.discovery.holdDownSecs': int({
    default: 300,
    check: inRange(0, MAX_TIMER_SECS),
    doc: 'Seconds for which a path whose agent left stays listed, and its scrapes say when and why the agent left.',
  }),
  'service.discovery.startupHoldSecs': int({
    default: 15,
    check: inRange(0, MAX_TIMER_SECS),
    doc: 'Seconds after the start in which the document answers 503, for agents are still coming.',
  }),
};
