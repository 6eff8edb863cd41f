import {
  atLeast,
  boundRow,
  flag,
  inRange,
  int,
  logBoundRow,
  MAX_BODY_MBYTES,
  MAX_TIMER_SECS,
  optionalInt,
} from '@app/config';

const MAX_DELTA_MBYTES = 1024 * 1024;

/** Deadlines, sizes and health thresholds, as the existing config files have them. */
export const internalRows = {
  'internal.staleAgentCheckEnabled': flag({
    default: true,
    doc: 'Evict agents that were not heard of for too long.',
  }),
  'internal.maxAgentInactivitySecs': int({
    default: 60,
    check: inRange(1, MAX_TIMER_SECS),
    doc: 'Seconds without a sign of life after which an agent is evicted.',
  }),
  'internal.staleAgentCheckPauseSecs': int({
    default: 10,
    check: inRange(1, MAX_TIMER_SECS),
    doc: 'Seconds between two looks for such agents.',
  }),
  'internal.scrapeRequestTimeoutSecs': int({
    default: 90,
    check: inRange(1, MAX_TIMER_SECS),
    doc: 'Seconds a scrape may take at most; the deadline Prometheus sends may be shorter.',
  }),
  'internal.maxZippedContentSizeMBytes': int({
    default: 5,
    check: inRange(0, MAX_BODY_MBYTES),
    doc: 'Largest compressed body taken from an agent, in MiB.',
  }),
  'internal.maxUnzippedContentSizeMBytes': int({
    default: 10,
    check: inRange(0, MAX_BODY_MBYTES),
    doc: 'Largest body after decompression, in MiB, where the proxy decompresses it.',
  }),
  'internal.scrapeRequestBacklogUnhealthySize': optionalInt({
    check: atLeast(0),
    doc: 'Requests queued for one agent from which the health page says unhealthy; unset means 80 % of the bound.',
  }),
  'internal.scrapeRequestMapUnhealthySize': optionalInt({
    check: atLeast(0),
    doc: 'Scrapes in flight from which the health page says unhealthy; unset means 80 % of the bound.',
  }),
  'internal.chunkContextMapUnhealthySize': optionalInt({
    check: atLeast(0),
    doc: 'Bodies under way in chunks from which the health page says unhealthy; unset means 80 % of the bound.',
  }),
};

/** The bounds that keep memory finite. */
export const limitRows = {
  'limits.maxAgents': boundRow(10_000, 'Agents connected at once.'),
  'limits.maxSessionsPerAddress': int({
    default: 0,
    check: atLeast(0),
    doc: 'Agents connected at once from one address; 0 means any number, for many may come through one proxy or NAT.',
  }),
  'limits.maxAgentConnections': boundRow(20_000, 'Connections to the agent port at once.'),
  'limits.maxUnknownConnections': boundRow(
    1000,
    'Connections to the agent port over which no call was admitted yet; one more, and the oldest is cut off.',
  ),
  'limits.unknownConnectionSecs': int({
    default: 10,
    check: inRange(1, MAX_TIMER_SECS),
    doc: 'Seconds after which such a connection is cut off.',
  }),
  'limits.maxCallsPerConnection': boundRow(100, 'Calls open at once on one connection of agents.'),
  'limits.maxPaths': boundRow(100_000, 'Paths of all agents.'),
  'limits.maxPathsPerAgent': boundRow(10_000, 'Paths of one agent.'),
  'limits.maxPathLength': boundRow(1024, 'Characters in one path.'),
  'limits.maxQueryLength': boundRow(8192, 'Characters in the query of one scrape.'),
  'limits.maxRequestHeadBytes': int({
    default: 16_384,
    check: inRange(1024, 1_048_576),
    doc: 'Bytes in the head of one request to the scrape port.',
  }),
  'limits.maxScraperConnections': boundRow(5000, 'Connections to the scrape port at once.'),
  'limits.maxLabelsBytes': boundRow(8192, 'Bytes in the labels of one path.'),
  'limits.maxScrapesInFlight': boundRow(1000, 'Scrapes under way at once.'),
  'limits.maxScrapesQueuedPerAgent': boundRow(50, 'Scrapes that one agent has not accepted yet.'),
  'limits.maxLargeBodiesPerAgent': boundRow(8, 'Large bodies one agent sends at once.'),
  'limits.maxPathSeries': boundRow(
    2000,
    'Paths with series of their own in the metrics; the rest share one.',
  ),
  'limits.maxReasonLength': boundRow(
    2000,
    'Characters that are kept of what an agent gives as a reason of a failed scrape.',
  ),
  'limits.maxLogLinesPerSec': logBoundRow(),
  'limits.bodyMemoryMBytes': boundRow(256, 'Memory for bodies of all scrapes, in MiB.'),
  'limits.partialMessageMBytes': boundRow(
    128,
    'Memory for messages of agents that are not complete yet, in MiB; where it is full, the call whose message began first ends.',
  ),
  'limits.deltaMemoryMBytes': int({
    default: 64,
    check: inRange(0, MAX_DELTA_MBYTES),
    doc: 'Memory for the last body of each path, so that the next one travels as its difference, in MiB; 0 lets none do so.',
  }),
};
