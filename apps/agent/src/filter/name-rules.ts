/** Which metric names stay: those an allow pattern matches, or all when there is none, less those a deny pattern matches. */
export class NameRules {
  readonly #allow: readonly RegExp[];
  readonly #deny: readonly RegExp[];

  constructor(allow: readonly RegExp[], deny: readonly RegExp[]) {
    this.#allow = allow;
    this.#deny = deny;
  }

  keeps(name: string): boolean {
    const isAllowed = this.#allow.length === 0 || this.#allow.some((pattern) => pattern.test(name));
    return isAllowed && !this.#deny.some((pattern) => pattern.test(name));
  }
}
