const MAX_SHOWN = 100;

/** A value as a problem may show it: quoted, cut, without the credentials and the query of a URL. */
export function displayValue(text: string): string {
  const masked = maskUrl(text);
  return JSON.stringify(masked.length > MAX_SHOWN ? `${masked.slice(0, MAX_SHOWN)}…` : masked);
}

/** A text whose credentials (everything up to its last `@`) and query are replaced by `***`. */
export function maskUrl(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@').replace(/\?.*$/s, '?***');
}

/**
 * A text that was taken as right, without what it may hold in secret: user and password of every URL in it, and the values
 * of the query when it is a URL itself. Unlike `maskUrl` it leaves an `@` alone that is part of no URL.
 */
export function maskCredentials(text: string): string {
  const masked = text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s"']*@/gi, '$1***@');
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(masked) ? masked.replace(/([?&][^=&#]*=)[^&#]*/g, '$1***') : masked;
}
