import { getCACertificates } from 'node:tls';

/** Whom to trust where nothing is configured: the system's, or the runtime's where it has none, as in a bare container. */
export function defaultAuthorities(): string[] {
  const system = getCACertificates('system');
  return [...(system.length > 0 ? system : getCACertificates('bundled')), ...getCACertificates('extra')];
}
