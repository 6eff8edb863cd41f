import { html, type SafeHtml } from '@remix-run/html-template';
import type { RecentScrape } from '../activity/recent-scrape.js';

/**
 * Why a scrape failed, as one word that leads to what can be done about it.
 *
 * @param links - how the page refers to what is below it
 */
export function reasonPill(
  { outcome, status }: Pick<RecentScrape, 'outcome' | 'status'>,
  links: string,
): SafeHtml {
  return html`<a class="pill bad" href="${links}reasons#${outcome}" title="What to do"
    >${status > 0 ? `${status} ` : ''}${outcome}</a
  >`;
}
