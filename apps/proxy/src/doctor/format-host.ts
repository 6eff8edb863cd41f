const ALL_INTERFACES = new Set(['', '0.0.0.0', '::', '[::]']);

/** How a port that listens on this address is reached from its own host, as it stands in a URL. */
export function formatHost(bindAddress: string): string {
  const address = bindAddress.trim();
  if (ALL_INTERFACES.has(address)) {
    return '127.0.0.1';
  }
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}
