import { BlockList, isIP, isIPv6 } from 'node:net';

/** What an agent would connect to. */
export interface Destination {
  /** As it stands in the URL: a name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** What the name was resolved to; undefined where only somebody else resolves it. */
  readonly address: string | undefined;
}

const PREFIX_BITS = { ipv4: 32, ipv6: 128 } as const;
const ENTRY = /^(?:\[([^\]]+)\]|([^[\]:]*|[^[\]]*:[^[\]]*:[^[\]]*?))(?::(\d{1,5})(?:-(\d{1,5}))?)?$/;
const MAX_PORT = 65_535;

/** One entry of the egress list: names by a glob, an address or a subnet, each with a port or a range of ports if wanted. */
export class EgressRule {
  private constructor(
    private readonly name: RegExp | undefined,
    private readonly subnet: BlockList | undefined,
    private readonly ports: readonly [least: number, most: number],
  ) {}

  /**
   * Read an entry: `*`, `*.example.com`, `10.0.0.0/8:9100`, `[fd00::/8]:9100-9199`, `192.0.2.7`.
   *
   * @returns undefined when it is none
   */
  static parse(entry: string): EgressRule | undefined {
    const [, bracketed, plain, from, to = from] = ENTRY.exec(bracket6(entry.trim())) ?? [];
    const host = (bracketed ?? plain)?.toLowerCase();
    const ports = [Number(from ?? 0), Number(to ?? MAX_PORT)] as const;
    if (host === undefined || host === '' || ports[0] > ports[1] || ports[1] > MAX_PORT) {
      return undefined;
    }
    if (isIP(host.split('/')[0] ?? '') !== 0) {
      const subnet = toSubnet(host);
      return subnet && new EgressRule(undefined, subnet, ports);
    }
    return /^[a-z0-9_.*?-]+$/.test(host) ? new EgressRule(toPattern(host), undefined, ports) : undefined;
  }

  matches({ host, port, address }: Destination): boolean {
    return this.hasPort(port) && (this.name?.test(bare(host)) === true || this.hasAddress(address ?? host));
  }

  /** Whether the entry is an address or a subnet, and this address is in it. */
  namesAddress(address: string, port: number): boolean {
    return this.hasPort(port) && this.hasAddress(address);
  }

  private hasPort(port: number): boolean {
    return port >= this.ports[0] && port <= this.ports[1];
  }

  private hasAddress(address: string): boolean {
    return this.subnet !== undefined && isIn(this.subnet, address);
  }
}

/** Whether an address lies in a subnet; an IPv4 address that is written as IPv6 counts as what it stands for. */
export function isIn(subnet: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && subnet.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv6 address or subnet on its own holds colons that begin no port. */
function bracket6(entry: string): string {
  return isIPv6(entry.split('/')[0] ?? '') ? `[${entry}]` : entry;
}

function toSubnet(text: string): BlockList | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const isPrefix = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= PREFIX_BITS[family]);
  if (more.length > 0 || !isPrefix) {
    return undefined;
  }
  const list = new BlockList();
  list.addSubnet(address, Number(bits ?? PREFIX_BITS[family]), family);
  return list;
}

/** A dot at the end says only that nothing is to be added to a name. */
const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '');

function toPattern(glob: string): RegExp {
  const literal = bare(glob).replaceAll('.', String.raw`\.`);
  return new RegExp(`^${literal.replace(/\*+/g, '.*').replaceAll('?', '.')}$`);
}
