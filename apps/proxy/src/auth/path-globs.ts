/** `*` is any run of characters, `?` exactly one; over whole paths, case-sensitive; one leading slash is left out. */
export class PathGlobs {
  private readonly patterns: readonly RegExp[];

  /** @param globs - none allows every path */
  constructor(globs: readonly string[]) {
    this.patterns = globs.map(globToRegExp);
  }

  has(path: string): boolean {
    return this.patterns.length === 0 || this.patterns.some((pattern) => pattern.test(path));
  }
}

function globToRegExp(glob: string): RegExp {
  const literal = glob.replace(/^\//, '').replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^(?:${literal.replace(/\*+/g, '.*').replace(/\?/g, '.')})$`, 's');
}
