import type { SafeHtml } from '@remix-run/html-template';

/** What a row is made of. */
export interface RowContent {
  /** What the filter looks in. */
  readonly words: readonly (string | undefined)[];
  render(id: string): SafeHtml;
}

/** One row of a table: rendered at most once, and the same object for as long as nothing in it changes. */
export class Row {
  private rendered: string | undefined;
  private searched: string | undefined;

  /** @param id - of the element, unique in the page */
  constructor(
    readonly id: string,
    private readonly content: RowContent,
  ) {}

  get html(): string {
    this.rendered ??= String(this.content.render(this.id)).replaceAll(/\n\s+/g, ' ');
    return this.rendered;
  }

  /** Whether every one of these words, in lower case, stands somewhere in it. */
  matches(words: readonly string[]): boolean {
    this.searched ??= this.content.words.join('\n').toLowerCase();
    const { searched } = this;
    return words.every((word) => searched.includes(word));
  }
}
