import { status } from '@grpc/grpc-js';
import type { PathCalls } from '../paths/path-registration.js';
import type { CallOutcome, ProxyClient } from './proxy-port.js';

/**
 * Registering and unregistering for one session.
 *
 * @param replaces - whether the proxy replaces a registration in place
 * @param onLinkLost - told when a call finds the link gone: before the streams stand, nothing else notices
 */
export function createPathCalls(
  client: ProxyClient,
  agentId: string,
  replaces: boolean,
  onLinkLost: (words: string) => void,
): PathCalls {
  const watch = async <T>(call: Promise<CallOutcome<T>>): Promise<CallOutcome<T>> => {
    const outcome = await call;
    if (!outcome.ok && outcome.problem.code === status.UNAVAILABLE) {
      onLinkLost(outcome.problem.words);
    }
    return outcome;
  };
  return {
    replaces,
    register: ({ path, labels, shownUrl, source }) =>
      watch(client.registerPath({ agentId, path, labels, targetUrl: shownUrl, pathSource: source })),
    unregister: (path) => watch(client.unregisterPath({ agentId, path })),
  };
}
