import {
  bindAddress,
  flag,
  inRange,
  int,
  MAX_TIMER_SECS,
  minusOneOr,
  objectList,
  oneOf,
  portNumber,
  text,
  textList,
} from '@app/config';
import { AuthEntry } from './auth-entry.js';

/** Where Prometheus scrapes. */
export const scrapePortRows = {
  'http.port': int({
    default: 8080,
    flags: ['--port', '-p'],
    env: 'PROXY_PORT',
    check: portNumber,
    doc: 'Port that Prometheus scrapes.',
  }),
  'http.bindAddress': text({
    default: '',
    check: bindAddress,
    doc: 'Address the scrape port listens on; empty means all interfaces.',
  }),
  'http.idleTimeoutSecs': int({
    default: 45,
    check: minusOneOr(inRange(1, MAX_TIMER_SECS)),
    minusOneMeans: 45,
    doc: 'Seconds an idle connection of a scraper is kept; -1 means 45.',
  }),
  'http.requestHeaders': textList({
    default: [],
    doc: 'Names of further headers of a scrape that go to the agent, for targets whose agent lists them in agent.http.requestHeaders.',
  }),
  'http.responseHeaders': textList({
    default: [],
    doc: 'Names of further headers of an answer that scrapers get, where the agent lists them in agent.http.responseHeaders.',
  }),
  'http.shareIdenticalScrapes': flag({
    default: true,
    doc: 'Answer scrapes that ask for the same at the same time (path, query, Accept and Authorization) with one fetch.',
  }),
  'http.requestLoggingEnabled': flag({
    default: true,
    doc: 'Log each scrape, at level debug.',
  }),
  'http.requestTimeoutSecs': int({
    default: 10,
    check: inRange(1, MAX_TIMER_SECS),
    doc: 'Seconds a scraper may take to send its request, and to begin after it has connected.',
  }),
};

/** Where agents connect, and which of them may. */
export const agentPortRows = {
  'agent.port': int({
    default: 50_051,
    flags: ['--agent_port', '-a'],
    env: 'AGENT_PORT',
    check: portNumber,
    doc: 'Port that agents connect to (gRPC).',
  }),
  'agent.bindAddress': text({
    default: '',
    check: bindAddress,
    doc: 'Address the agent port listens on; empty means all interfaces.',
  }),
  agentToken: text({
    default: '',
    flags: ['--agent_token'],
    env: 'AGENT_TOKEN',
    isSecret: true,
    isReloaded: true,
    doc: 'Token every agent must present; empty asks for none.',
  }),
  agentTokenFile: text({
    default: '',
    flags: ['--agent_token_file'],
    env: 'AGENT_TOKEN_FILE',
    isReloaded: true,
    doc: 'File that holds this token; a changed one is taken up while the proxy runs.',
  }),
  auth: objectList(AuthEntry, {
    secretFields: ['token'],
    isReloaded: true,
    doc: 'Identities of agents: { name, token, paths = [globs of the paths it may register] }; an empty list of paths allows all. tokenFile names a file in place of token; subjects = ["DNS:agent-7.example"] are names of client certificates that prove it, too.',
  }),
  transportFilterDisabled: flag({
    default: false,
    flags: ['--tf_disabled', '--tf-disabled'],
    env: 'TRANSPORT_FILTER_DISABLED',
    doc: 'Do not tie agents to connections: needed behind a proxy that spreads one agent over several.',
  }),
  pathConflict: oneOf(['keep', 'takeover'], {
    default: 'keep',
    doc: 'When two living agents claim one path: keep the first, or let the last take it over.',
  }),
  consolidatedMode: oneOf(['one', 'merge'], {
    default: 'one',
    doc: 'A scrape of a consolidated path asks one of its agents, or all of them and merges the answers.',
  }),
};
