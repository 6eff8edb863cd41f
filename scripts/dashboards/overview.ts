import type { Dashboard, Row } from './panels.js';
import { processRow, quantiles, rate } from './queries.js';

const proxies = 'instance=~"$proxy"';

const now: Row = {
  title: 'Now',
  panels: [
    {
      title: 'Up for',
      about: 'Since the proxy was started.',
      kind: 'stat',
      unit: 's',
      width: 4,
      queries: [{ expr: `time() - proxy_start_time_seconds{${proxies}}`, legend: '{{instance}}' }],
    },
    {
      title: 'Agents',
      about: 'Agents that are connected.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      queries: [{ expr: `sum(proxy_agent_map_size{${proxies}})`, legend: 'agents' }],
    },
    {
      title: 'Paths',
      about: 'Paths that are served, and those whose agent left within the hold-down.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      queries: [
        { expr: `sum(proxy_path_map_size{${proxies}})`, legend: 'served' },
        { expr: `sum(proxy_departed_paths{${proxies}})`, legend: 'departed' },
      ],
    },
    {
      title: 'Success',
      about: 'Share of scrapes that succeeded.',
      kind: 'stat',
      unit: 'percentunit',
      width: 4,
      queries: [
        {
          expr: `sum(${rate(`proxy_scrape_requests_total{${proxies},type="success"}`)}) / sum(${rate(`proxy_scrape_requests_total{${proxies}}`)})`,
          legend: 'success',
        },
      ],
    },
    {
      title: 'In flight',
      about: 'Scrapes under way.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      queries: [{ expr: `sum(proxy_scrape_map_size{${proxies}})`, legend: 'in flight' }],
    },
    {
      title: 'Version',
      about: 'Of the programs that are scraped.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      queries: [{ expr: `count by (version) (proxy_build_info{${proxies}})`, legend: '{{version}}' }],
    },
  ],
};

const scrapes: Row = {
  title: 'Scrapes',
  panels: [
    {
      title: 'Scrapes by outcome',
      about: 'Per second, in the words of prometheus-proxy.',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (type) (${rate(`proxy_scrape_requests_total{${proxies}}`)}) > 0`,
          legend: '{{type}}',
        },
      ],
    },
    {
      title: 'Failures by reason',
      about:
        'Per second; docs/failure-reasons.md says what each means. Scrapes whose scraper hung up are apart.',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (reason) (${rate(`proxy_scrape_requests_total{${proxies},reason!=""}`)})`,
          legend: '{{reason}}',
        },
        { expr: `sum(${rate(`proxy_scrapes_abandoned_total{${proxies}}`)})`, legend: 'scraper hung up' },
      ],
    },
    {
      title: 'Paths that fail',
      about: 'The ten paths with most failed scrapes per second.',
      unit: 'reqps',
      queries: [
        {
          expr: `topk(10, sum by (path) (${rate(`proxy_scrape_request_latency_seconds_count{${proxies},outcome!="success"}`)}))`,
          legend: '{{path}}',
        },
      ],
    },
    {
      title: 'How long scrapes take',
      about: 'From the request to the answer.',
      unit: 's',
      queries: quantiles('proxy_scrape_request_latency_seconds', proxies),
    },
    {
      title: 'Where the time goes',
      about:
        'Seconds of a scrape: waiting for a turn, on the link, at the target. Without agents of prometheus-proxy.',
      unit: 's',
      queries: [
        {
          expr: `sum by (stage) (${rate(`proxy_scrape_stage_seconds_sum{${proxies}}`)}) / sum by (stage) (${rate(`proxy_scrape_stage_seconds_count{${proxies}}`)})`,
          legend: '{{stage}}',
        },
      ],
    },
    {
      title: 'Slowest paths',
      about: 'The ten paths that take longest, on average.',
      unit: 's',
      queries: [
        {
          expr: `topk(10, sum by (path) (${rate(`proxy_scrape_request_latency_seconds_sum{${proxies}}`)}) / sum by (path) (${rate(`proxy_scrape_request_latency_seconds_count{${proxies}}`)}))`,
          legend: '{{path}}',
        },
      ],
    },
  ],
};

const traffic: Row = {
  title: 'Bytes',
  panels: [
    {
      title: 'Bytes by leg',
      about: 'Received from agents and sent to scrapers: without inflating they are about the same.',
      unit: 'Bps',
      queries: [
        {
          expr: `sum by (peer, direction) (${rate(`proxy_transferred_bytes_total{${proxies}}`)})`,
          legend: '{{peer}} {{direction}}',
        },
      ],
    },
    {
      title: 'Size of bodies',
      about: 'As they came over the link.',
      unit: 'bytes',
      queries: quantiles('proxy_scrape_response_bytes', proxies),
    },
    {
      title: 'Bodies by encoding',
      about: 'Per second.',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (encoding) (${rate(`proxy_scrape_response_bytes_count{${proxies}}`)})`,
          legend: '{{encoding}}',
        },
      ],
    },
  ],
};

const stores: Row = {
  title: 'Queues and bounds',
  panels: [
    {
      title: 'What is held',
      about: 'In flight, not yet accepted by an agent, arriving in chunks.',
      unit: 'short',
      width: 6,
      queries: [
        { expr: `proxy_scrape_map_size{${proxies}}`, legend: '{{instance}} in flight' },
        { expr: `proxy_cumulative_agent_backlog_size{${proxies}}`, legend: '{{instance}} queued' },
        { expr: `proxy_chunk_context_map_size{${proxies}}`, legend: '{{instance}} in chunks' },
      ],
    },
    {
      title: 'Memory of bodies',
      about: 'Held, and allowed.',
      unit: 'bytes',
      width: 6,
      queries: [
        { expr: `proxy_body_memory_bytes{${proxies}}`, legend: '{{instance}} held' },
        {
          expr: `proxy_bound_limit{${proxies},bound="limits.bodyMemoryMBytes"}`,
          legend: '{{instance}} allowed',
        },
      ],
    },
    {
      title: 'How full',
      about: 'Share of each bound that is used; recorded by the rules.',
      unit: 'percentunit',
      width: 6,
      queries: [{ expr: `proxy:bound_usage:ratio{${proxies}}`, legend: '{{instance}} {{bound}}' }],
    },
    {
      title: 'Bounds reached',
      about: 'How often there was no room, in the last five minutes.',
      unit: 'short',
      width: 6,
      queries: [
        {
          expr: `sum by (bound) (increase(proxy_bound_reached_total{${proxies}}[5m]))`,
          legend: '{{bound}}',
        },
      ],
    },
  ],
};

const agents: Row = {
  title: 'Agents',
  panels: [
    {
      title: 'Connections',
      about: 'Agents that came, left, and were evicted, per second; and their heartbeats.',
      unit: 'short',
      queries: [
        { expr: `sum(${rate(`proxy_connect_count_total{${proxies}}`)})`, legend: 'connected' },
        { expr: `sum(${rate(`proxy_eviction_count_total{${proxies}}`)})`, legend: 'evicted' },
        { expr: `sum(${rate(`proxy_heartbeat_count_total{${proxies}}`)})`, legend: 'heartbeats' },
      ],
    },
    {
      title: 'Why agents left',
      about: 'In the last five minutes.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (cause) (increase(proxy_sessions_ended_total{${proxies}}[5m]))`,
          legend: '{{cause}}',
        },
      ],
    },
    {
      title: 'What went wrong on the wire',
      about:
        'In the last five minutes: conflicts over a path, displaced agents, bodies that were broken or broke off, late results.',
      unit: 'short',
      queries: [
        { expr: `sum(increase(proxy_path_conflicts_total{${proxies}}[5m]))`, legend: 'conflicts' },
        { expr: `sum(increase(proxy_agent_displacement_total{${proxies}}[5m]))`, legend: 'displaced' },
        {
          expr: `sum by (stage) (increase(proxy_chunk_validation_failures_total{${proxies}}[5m]))`,
          legend: 'invalid {{stage}}',
        },
        {
          expr: `sum(increase(proxy_chunked_transfers_abandoned_total{${proxies}}[5m]))`,
          legend: 'broke off',
        },
        { expr: `sum(increase(proxy_unknown_results_total{${proxies}}[5m]))`, legend: 'late results' },
      ],
    },
  ],
};

/** Everything about the proxies at a glance. */
export const overview: Dashboard = {
  uid: 'prometheus-proxy-overview',
  title: 'prometheus-proxy: overview',
  about: 'Agents, scrapes and bounds of the proxies.',
  variables: [{ name: 'proxy', label: 'Proxy', metric: 'proxy_build_info', choiceLabel: 'instance' }],
  rows: [now, scrapes, traffic, stores, agents, processRow(`${proxies},job="prometheus-proxy"`)],
};
