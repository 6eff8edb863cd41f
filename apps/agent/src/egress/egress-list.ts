import { BlockList } from 'node:net';
import { type Destination, EgressRule, isIn } from './egress-rule.js';

/** One entry that cannot be read. */
export interface WrongEntry {
  readonly option: 'allow' | 'deny';
  readonly entry: string;
}

export type EgressListOutcome =
  | { readonly kind: 'ok'; readonly list: EgressList }
  | { readonly kind: 'invalid'; readonly wrong: readonly WrongEntry[] };

/** Where clouds tell any process of a host who it is, and what only means this host's own wire. */
const GUARDED: readonly (readonly [address: string, bits: number, family: 'ipv4' | 'ipv6'])[] = [
  ['169.254.0.0', 16, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::254', 128, 'ipv6'],
  ['fd20:ce::254', 128, 'ipv6'],
  // The first of these, behind a translator of addresses.
  ['64:ff9b::a9fe:0', 112, 'ipv6'],
];

/** What an operator wrote. */
export interface EgressLists {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Why the agent does not connect to something. */
export class EgressDeniedError extends Error {
  override readonly name = 'EgressDeniedError';
}

/**
 * What the agent may ever connect to for a target, whoever named the target.
 *
 * What is denied stays denied. With an empty list of what is allowed everything else is, but for link-local addresses and
 * those where clouds hand out credentials: these must be allowed as addresses, for a name can come to stand for them.
 */
export class EgressList {
  /** The one that is in force without any option. */
  static readonly standard = new EgressList([], []);

  private readonly guarded = new BlockList();

  private constructor(
    private readonly allow: readonly EgressRule[],
    private readonly deny: readonly EgressRule[],
  ) {
    GUARDED.forEach(([address, bits, family]) => this.guarded.addSubnet(address, bits, family));
  }

  /** @param lists - entries as {@link EgressRule.parse} takes them */
  static parse({ allow, deny }: EgressLists): EgressListOutcome {
    const given = [
      ...allow.map((entry) => ({ option: 'allow' as const, entry })),
      ...deny.map((entry) => ({ option: 'deny' as const, entry })),
    ];
    const wrong = given.filter(({ entry }) => EgressRule.parse(entry) === undefined);
    return wrong.length > 0
      ? { kind: 'invalid', wrong }
      : { kind: 'ok', list: new EgressList(toRules(allow), toRules(deny)) };
  }

  /** The error that says why not, or undefined where the agent may connect. */
  refusal(destination: Destination): EgressDeniedError | undefined {
    const { host, port, address = host } = destination;
    const shown = address === host ? `${host}:${port}` : `${host}:${port} (${address})`;
    if (this.deny.some((rule) => rule.matches(destination))) {
      return new EgressDeniedError(`the agent may not connect to ${shown}: agent.egress.deny`);
    }
    if (isIn(this.guarded, address) && !this.allow.some((rule) => rule.namesAddress(address, port))) {
      return new EgressDeniedError(
        `the agent does not connect to ${shown}, a link-local or metadata address, unless agent.egress.allow lists it`,
      );
    }
    return this.allow.length === 0 || this.allow.some((rule) => rule.matches(destination))
      ? undefined
      : new EgressDeniedError(`the agent may not connect to ${shown}: agent.egress.allow does not list it`);
  }
}

const toRules = (entries: readonly string[]): EgressRule[] =>
  entries.map((entry) => EgressRule.parse(entry)).filter((rule) => rule !== undefined);

/** Host and port of a target's URL, without brackets, with the usual port of its scheme. */
export function hostAndPort({ protocol, hostname, port }: URL): { host: string; port: number } {
  const usual = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? usual : Number(port) };
}
