import type { Dashboard } from './panels.js';
import { quantiles, rate } from './queries.js';

const paths = 'instance=~"$proxy",path=~"$path"';

/** Some paths, or one. */
export const onePath: Dashboard = {
  uid: 'prometheus-proxy-path',
  title: 'prometheus-proxy: one path',
  about: 'How the scrapes of a path go, as the proxy sees them.',
  variables: [
    { name: 'proxy', label: 'Proxy', metric: 'proxy_build_info', choiceLabel: 'instance' },
    {
      name: 'path',
      label: 'Path',
      metric: 'proxy_scrape_request_latency_seconds_count',
      choiceLabel: 'path',
    },
  ],
  rows: [
    {
      title: 'Scrapes',
      panels: [
        {
          title: 'Success',
          about: 'Share of scrapes that succeeded.',
          kind: 'stat',
          unit: 'percentunit',
          queries: [
            {
              expr: `sum(${rate(`proxy_scrape_request_latency_seconds_count{${paths},outcome="success"}`)}) / sum(${rate(`proxy_scrape_request_latency_seconds_count{${paths}}`)})`,
              legend: 'success',
            },
          ],
        },
        {
          title: 'Scrapes',
          about: 'Per minute.',
          kind: 'stat',
          unit: 'short',
          queries: [
            {
              expr: `60 * sum(${rate(`proxy_scrape_request_latency_seconds_count{${paths}}`)})`,
              legend: 'per minute',
            },
          ],
        },
        {
          title: 'Size of a body',
          about: 'On average, as it came over the link.',
          kind: 'stat',
          unit: 'bytes',
          queries: [
            {
              expr: `sum(${rate(`proxy_scrape_response_bytes_sum{${paths}}`)}) / sum(${rate(`proxy_scrape_response_bytes_count{${paths}}`)})`,
              legend: 'average',
            },
          ],
        },
        {
          title: 'Scrapes by outcome',
          about: 'Per second, in the words of prometheus-proxy.',
          unit: 'reqps',
          width: 12,
          queries: [
            {
              expr: `sum by (path, outcome) (${rate(`proxy_scrape_request_latency_seconds_count{${paths}}`)})`,
              legend: '{{path}} {{outcome}}',
            },
          ],
        },
        {
          title: 'How long scrapes take',
          about: 'From the request to the answer.',
          unit: 's',
          width: 12,
          queries: quantiles('proxy_scrape_request_latency_seconds', paths),
        },
        {
          title: 'Where the time goes',
          about:
            'Seconds of a scrape: waiting for a turn, on the link, at the target. Without agents of prometheus-proxy.',
          unit: 's',
          width: 12,
          queries: [
            {
              expr: `sum by (path, stage) (${rate(`proxy_path_stage_seconds_total{${paths}}`)}) / on (path) group_left () sum by (path) (${rate(`proxy_scrape_request_latency_seconds_count{${paths}}`)})`,
              legend: '{{path}} {{stage}}',
            },
          ],
        },
        {
          title: 'Bytes',
          about: 'Per second, as they came over the link.',
          unit: 'Bps',
          width: 12,
          queries: [
            {
              expr: `sum by (path, encoding) (${rate(`proxy_scrape_response_bytes_sum{${paths}}`)})`,
              legend: '{{path}} {{encoding}}',
            },
          ],
        },
      ],
    },
  ],
};
