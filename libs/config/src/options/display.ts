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
