/** Scrapes that a page can be told to remember. */
export const MAX_REMEMBERED = 10_000;
