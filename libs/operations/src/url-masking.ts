/** `***@` in place of user and password: whatever stands between the scheme and an `@` before the path. */
export function maskUserInfo(url: string): string {
  return url.replace(/^([a-z0-9+.-]+:\/\/)[^/?#]*@/i, '$1***@');
}

/** Mask user, password and every query value; keys, and parameters without a value, stay. */
export function maskUrl(url: string): string {
  const masked = maskUserInfo(url);
  const start = masked.indexOf('?');
  if (start === -1) {
    return masked;
  }
  const end = masked.indexOf('#', start);
  const query = masked.slice(start + 1, end === -1 ? undefined : end);
  return `${masked.slice(0, start + 1)}${maskQuery(query)}${end === -1 ? '' : masked.slice(end)}`;
}

/** Mask every URL that stands somewhere in a text, in time that grows with its length and no faster. */
export function maskUrlsWithin(text: string): string {
  // Only where no scheme is under way already: beginning anew at each character would take hours for a long word.
  return text.replaceAll(/(?<![a-z0-9+.-])[a-z0-9+.-]+:\/\/[^\s"'<>]+/gi, (url) => maskUrl(url));
}

function maskQuery(query: string): string {
  return query
    .split('&')
    .map((parameter) => {
      const equals = parameter.indexOf('=');
      return equals === -1 ? parameter : `${parameter.slice(0, equals)}=***`;
    })
    .join('&');
}
