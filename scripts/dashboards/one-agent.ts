import type { Dashboard, Row } from './panels.js';
import { processRow, quantiles, rate } from './queries.js';

const agents = 'instance=~"$agent"';

const scrapes: Row = {
  title: 'Scrapes',
  panels: [
    {
      title: 'Connected',
      about: 'Proxies that the agent serves.',
      kind: 'stat',
      unit: 'short',
      queries: [{ expr: `agent_connected{${agents}}`, legend: '{{instance}}' }],
    },
    {
      title: 'Up for',
      about: 'Since the agent was started.',
      kind: 'stat',
      unit: 's',
      queries: [{ expr: `time() - agent_start_time_seconds{${agents}}`, legend: '{{instance}}' }],
    },
    {
      title: 'Version',
      about: 'Of the agent.',
      kind: 'stat',
      unit: 'short',
      queries: [{ expr: `count by (version) (agent_build_info{${agents}})`, legend: '{{version}}' }],
    },
    {
      title: 'Scrapes by outcome',
      about: 'Per second. Those that were given up because nobody waited any more are apart.',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (instance, type) (${rate(`agent_scrape_request_count_total{${agents}}`)})`,
          legend: '{{instance}} {{type}}',
        },
        {
          expr: `sum by (instance) (${rate(`agent_scrape_cancelled_total{${agents}}`)})`,
          legend: '{{instance}} given up',
        },
      ],
    },
    {
      title: 'Failures by reason',
      about: 'Per second; docs/failure-reasons.md says what each means.',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (reason) (${rate(`agent_scrape_request_count_total{${agents},reason!=""}`)})`,
          legend: '{{reason}}',
        },
      ],
    },
    {
      title: 'How results went back',
      about: 'Per second; dropped ones found no link to go over.',
      unit: 'reqps',
      queries: [
        { expr: `sum by (type) (${rate(`agent_scrape_result_count_total{${agents}}`)})`, legend: '{{type}}' },
      ],
    },
  ],
};

const time: Row = {
  title: 'Time and turns',
  panels: [
    {
      title: 'How long targets take',
      about: 'The fetch alone.',
      unit: 's',
      queries: quantiles('agent_scrape_request_latency_seconds', agents),
    },
    {
      title: 'How long scrapes wait',
      about: 'For a turn: too few at once (http.maxConcurrentClients), or slow targets.',
      unit: 's',
      queries: quantiles('agent_scrape_queue_seconds', agents),
    },
    {
      title: 'Under way',
      about: 'Targets being fetched, scrapes that wait, and all that were asked for and are not finished.',
      unit: 'short',
      queries: [
        { expr: `agent_scrapes_in_flight{${agents}}`, legend: '{{instance}} fetched' },
        { expr: `agent_scrapes_waiting{${agents}}`, legend: '{{instance}} waiting' },
        { expr: `agent_scrape_backlog_size{${agents}}`, legend: '{{instance}} unfinished' },
      ],
    },
    {
      title: 'Bounds reached',
      about: 'How often somebody had to wait or was refused, in the last five minutes.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (instance, bound) (increase(agent_bound_reached_total{${agents}}[5m]))`,
          legend: '{{instance}} {{bound}}',
        },
      ],
    },
    {
      title: 'Memory of bodies',
      about: 'Held, and allowed.',
      unit: 'bytes',
      queries: [
        { expr: `agent_body_memory_bytes{${agents}}`, legend: '{{instance}} held' },
        {
          expr: `agent_bound_limit{${agents},bound="limits.bodyMemoryMBytes"}`,
          legend: '{{instance}} allowed',
        },
      ],
    },
    {
      title: 'Connections to targets',
      about: 'Hosts with connections kept open.',
      unit: 'short',
      queries: [{ expr: `agent_client_cache_size{${agents}}`, legend: '{{instance}}' }],
    },
  ],
};

const traffic: Row = {
  title: 'Bytes and the link',
  panels: [
    {
      title: 'Bytes by leg',
      about: 'Received from targets and sent to the proxy: the difference is compression, and filters.',
      unit: 'Bps',
      queries: [
        {
          expr: `sum by (peer, direction) (${rate(`agent_transferred_bytes_total{${agents}}`)})`,
          legend: '{{peer}} {{direction}}',
        },
      ],
    },
    {
      title: 'What filters take out',
      about: 'Per second, before compression.',
      unit: 'Bps',
      queries: [
        {
          expr: `sum by (path) (${rate(`agent_filter_bytes_saved_total{${agents}}`)})`,
          legend: '{{path}} bytes',
        },
        {
          expr: `sum by (path) (${rate(`agent_filter_lines_dropped_total{${agents}}`)})`,
          legend: '{{path}} lines',
        },
      ],
    },
    {
      title: 'Attempts to connect',
      about: 'In the last five minutes.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (instance, type) (increase(agent_connect_count_total{${agents}}[5m]))`,
          legend: '{{instance}} {{type}}',
        },
      ],
    },
  ],
};

/** Some agents, or one. Their metrics come through the tunnel: docs/monitoring.md says how. */
export const oneAgent: Dashboard = {
  uid: 'prometheus-proxy-agent',
  title: 'prometheus-proxy: one agent',
  about: 'How the scrapes of an agent go, as it sees them itself.',
  variables: [{ name: 'agent', label: 'Agent', metric: 'agent_build_info', choiceLabel: 'instance' }],
  rows: [scrapes, time, traffic, processRow(`${agents},job="prometheus-agent"`)],
};
