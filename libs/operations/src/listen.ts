import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

/** What can be told to listen: a Fastify instance is. */
export interface Listenable {
  readonly server: Server;
  listen(at: { port: number; host: string; backlog: number }): Promise<unknown>;
}

/** Where to listen, and the words for the operator when that cannot be. */
export interface ListenRequest {
  /** 0 picks a free port. */
  readonly port: number;
  /** Blank means all interfaces. */
  readonly bindAddress: string;
  /** The option that holds the port and how else to set it, such as `admin.port (--admin_port, ADMIN_PORT)`. */
  readonly portOption: string;
  /** The option that holds the address. */
  readonly addressOption: string;
}

/** A port or address that cannot be had; the message says which option to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Connections that may wait to be accepted. Past that the kernel drops them, and who dialled tries again after 1, 3, 7 … s:
 * Node's own 511 are soon there when thousands of targets are scraped and the process pauses for a moment. Linux takes no
 * more than `net.core.somaxconn`.
 */
const BACKLOG = 4096;

/**
 * Listen, and answer the port that was bound.
 *
 * @throws {ListenError} when the port is taken or not permitted, or the address is not one of this host
 */
export async function listen(server: Listenable, request: ListenRequest): Promise<number> {
  try {
    await server.listen({
      port: request.port,
      host: listenAddress(request.bindAddress),
      backlog: BACKLOG,
    });
  } catch (cause) {
    throw new ListenError(explain(request, cause), { cause });
  }
  return (server.server.address() as AddressInfo).port;
}

/**
 * The address to bind for an option's value: blank is every interface, over IPv6 and IPv4 together where this
 * host has IPv6, else over IPv4. Brackets around an IPv6 address are taken off.
 */
export function listenAddress(bindAddress: string): string {
  const address = bindAddress.trim().replace(/^\[(.*)\]$/, '$1');
  if (address !== '') return address;
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some((one) => one.family === 'IPv6'));
  return hasIpv6 ? '::' : '0.0.0.0';
}

function explain(request: ListenRequest, cause: unknown): string {
  const { port, bindAddress, portOption, addressOption } = request;
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return `port ${port} is taken: choose another with ${portOption}`;
  if (code === 'EACCES')
    return `port ${port} is not permitted to this user: choose another with ${portOption}`;
  const words = cause instanceof Error ? cause.message : String(cause);
  return `cannot listen on '${bindAddress}' port ${port}: check ${addressOption} and ${portOption} (${words})`;
}
