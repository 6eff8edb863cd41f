import type { Settings } from './settings.js';

/** A port a program would listen on. */
export interface ListenPort {
  readonly key: string;
  readonly port: number;
  /** Empty stands for all interfaces. */
  readonly bindAddress: string;
  readonly enabled: boolean;
  /** Two ports of one such name that are at the same address are one server, not a clash. */
  readonly server?: string;
}

const ALL_INTERFACES = new Set(['', '0.0.0.0', '::', '[::]']);

/** A problem for every two ports that could not both be opened. */
export function findPortClashes(ports: readonly ListenPort[], settings: Settings): string[] {
  const open = ports.filter(({ enabled, key }) => enabled && !settings.isWrong(key));
  return open.flatMap((one, index) =>
    open
      .slice(0, index)
      .filter((other) => other.port === one.port && overlaps(one.bindAddress, other.bindAddress))
      .filter((other) => !isOneServer(one, other))
      .map((other) =>
        settings.say(one.key, `${one.port} is the port of ${other.key}, too; each needs its own`),
      ),
  );
}

const isOneServer = (one: ListenPort, other: ListenPort): boolean =>
  one.server !== undefined && one.server === other.server && one.bindAddress === other.bindAddress;

const overlaps = (one: string, other: string): boolean =>
  one === other || ALL_INTERFACES.has(one) || ALL_INTERFACES.has(other);
