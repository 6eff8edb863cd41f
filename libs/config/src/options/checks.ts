import { isIP } from 'node:net';

/** A claim about one value, and the words for what is allowed. */
export interface Check<T> {
  readonly allowed: string;
  holds(value: T): boolean;
}

/** The most seconds a timer of the runtime can hold; a longer one would fire at once. */
export const MAX_TIMER_SECS = 2_147_483;
/** The most milliseconds such a timer can hold. */
export const MAX_TIMER_MILLIS = 2_147_483_647;
/** Byte counts are 32-bit on the wire, so no body can be larger than this many MiB. */
export const MAX_BODY_MBYTES = 2047;

export const inRange = (least: number, most: number): Check<number> => ({
  allowed: `${least} to ${most}`,
  holds: (value) => value >= least && value <= most,
});

export const atLeast = (least: number): Check<number> => ({
  allowed: `${least} or more`,
  holds: (value) => value >= least,
});

export const minusOneOr = (check: Check<number>): Check<number> => ({
  allowed: `-1, or ${check.allowed}`,
  holds: (value) => value === -1 || check.holds(value),
});

export const portNumber: Check<number> = inRange(1, 65_535);

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** An address to listen on; empty stands for all interfaces. */
export const bindAddress: Check<string> = {
  allowed: 'empty (all interfaces), an IP address or a host name',
  holds: (value) => value === '' || isIP(value) !== 0 || HOST_NAME.test(value),
};

export const notEmpty: Check<string> = {
  allowed: 'any text but the empty one',
  holds: (value) => value.trim() !== '',
};
