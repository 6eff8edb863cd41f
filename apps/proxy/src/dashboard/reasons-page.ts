import { html } from '@remix-run/html-template';
import { FAILURE_CODES } from '@app/protocol';
import { FAILURE_ADVICE, type FailureAdvice } from './failure-advice.js';
import { documentHtml } from './page.js';

/** The one word of the page that no scraper ever gets to see. */
const ABANDONED: FailureAdvice = {
  meaning: 'The scraper hung up before the answer was there.',
  advice:
    'Look at the scraper; if it is Prometheus, its scrape_timeout is shorter than what it tells the proxy.',
};

/** What each reason of failure means and what to do about it. */
export function reasonsHtml(base: string): string {
  const reasons = [
    ...FAILURE_CODES.map((code) => [code, FAILURE_ADVICE[code]] as const),
    ['abandoned', ABANDONED] as const,
  ];
  return documentHtml(
    'Why a scrape failed · prometheus-proxy',
    'assets/',
    undefined,
    html`<body>
      <header>
        <h1>Why a scrape failed</h1>
        <nav aria-label="Pages"><a href="${base}">Back to the dashboard</a></nav>
      </header>
      <main>
        <dl class="reasons">
          ${reasons.map(
            ([code, { meaning, advice }]) =>
              html`<div id="${code}">
                <dt>${code}</dt>
                <dd>${meaning}</dd>
                <dd><strong>What to do:</strong> ${advice}</dd>
              </div>`,
          )}
        </dl>
      </main>
    </body>`,
  );
}
