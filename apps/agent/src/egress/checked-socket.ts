import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { errors } from 'undici';
import type { EgressList } from './egress-list.js';
import type { Resolve } from './name-lookups.js';

export interface CheckedSocketRequest {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly resolve: Resolve;
}

/**
 * Connect to a target, if the egress list lets the agent. A name is resolved here, once, and only addresses that are allowed
 * are tried: whatever the name stands for a moment later, the connection goes to what was checked.
 *
 * @returns a socket that is connected; rejects with an EgressDeniedError, or with what went wrong
 */
export function connectChecked(
  { host, port, timeoutMs, resolve: lookUp }: CheckedSocketRequest,
  list: EgressList,
): Promise<Socket> {
  const refusal = isIP(host) === 0 ? undefined : list.refusal({ host, port, address: host });
  if (refusal !== undefined) {
    return Promise.reject(refusal);
  }
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      lookup: checkedLookup(port, list, lookUp),
      keepAlive: true,
      noDelay: true,
    });
    const timer = setTimeout(
      () => socket.destroy(new errors.ConnectTimeoutError('connecting timed out')),
      timeoutMs,
    );
    const settle = (): void => {
      clearTimeout(timer);
      socket.removeListener('error', fail);
    };
    const fail = (error: Error): void => {
      settle();
      // A socket that is given up may fail once more, with nobody to tell.
      socket.on('error', () => undefined);
      reject(error);
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}

/** The system's look-up, without the addresses that are not allowed; the first refusal when none is left. */
function checkedLookup(port: number, list: EgressList, lookUp: Resolve): LookupFunction {
  return (host, options, done) => {
    lookUp(host, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        done(error, []);
        return;
      }
      const judged = found.map((entry) => ({
        entry,
        refusal: list.refusal({ host, port, address: entry.address }),
      }));
      const allowed = judged.filter(({ refusal }) => refusal === undefined).map(({ entry }) => entry);
      const [first] = allowed;
      if (first === undefined) {
        done(judged[0]?.refusal ?? new Error(`the name ${host} has no address`), []);
      } else if (options.all === true) {
        done(null, allowed);
      } else {
        done(null, first.address, first.family);
      }
    });
  };
}
