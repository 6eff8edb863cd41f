import { BlockList, isIP, isIPv6 } from 'node:net';

interface NameRule {
  /** Lower case; empty stands for every host. */
  readonly host: string;
  /** Of `*.example.com` only what is below it counts. */
  readonly isBelowOnly: boolean;
  /** Undefined stands for every port. */
  readonly port: number | undefined;
}

export type NoProxyOutcome = { kind: 'ok'; rules: NoProxyRules } | { kind: 'invalid'; entries: string[] };

const PREFIX_BITS = { ipv4: 32, ipv6: 128 } as const;

/** Which hosts are reached without the proxy: what `NO_PROXY` means elsewhere. */
export class NoProxyRules {
  readonly #names: NameRule[] = [];
  readonly #subnets = new BlockList();

  private constructor() {}

  /**
   * Read a list: a host name, which stands for all below it too, a name that begins with `*.` or `.`, an address, a
   * subnet, each of the names and addresses with a port if wanted, or `*`. An entry may hold several, with commas.
   */
  static parse(entries: readonly string[]): NoProxyOutcome {
    const rules = new NoProxyRules();
    const words = entries.flatMap((entry) => entry.split(/[\s,]+/)).filter((word) => word !== '');
    const wrong = words.filter((word) => !rules.#add(word));
    return wrong.length > 0 ? { kind: 'invalid', entries: wrong } : { kind: 'ok', rules };
  }

  /** @param host - a name or an address, without brackets */
  has(host: string, port: number): boolean {
    const name = host.toLowerCase().replace(/\.$/, '');
    return this.#isInSubnet(name) || this.#names.some((rule) => matches(rule, name, port));
  }

  #isInSubnet(host: string): boolean {
    const family = isIP(host);
    return family !== 0 && this.#subnets.check(host, family === 6 ? 'ipv6' : 'ipv4');
  }

  #add(word: string): boolean {
    if (word.includes('/')) {
      return this.#addSubnet(word);
    }
    const [, bracketed, plain, port] =
      /^(?:\[(.+)\]|([^[\]]*?))(?::(\d{1,5}))?$/.exec(bracketed6(word)) ?? [];
    const host = bracketed ?? plain;
    if (host === undefined || host === '') {
      return false;
    }
    const isBelowOnly = host.startsWith('*.');
    const name =
      host === '*'
        ? ''
        : host
            .toLowerCase()
            .replace(/^\*?\./, '')
            .replace(/\.$/, '');
    this.#names.push({ host: name, isBelowOnly, port: port === undefined ? undefined : Number(port) });
    return true;
  }

  #addSubnet(word: string): boolean {
    const [address = '', bits = ''] = word.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > PREFIX_BITS[family]) {
      return false;
    }
    this.#subnets.addSubnet(address, Number(bits), family);
    return true;
  }
}

/** An IPv6 address on its own holds colons that begin no port. */
function bracketed6(word: string): string {
  return isIPv6(word) ? `[${word}]` : word;
}

function matches(rule: NameRule, host: string, port: number): boolean {
  if (rule.port !== undefined && rule.port !== port) {
    return false;
  }
  const isSame = !rule.isBelowOnly && host === rule.host;
  return rule.host === '' || isSame || host.endsWith(`.${rule.host}`);
}
