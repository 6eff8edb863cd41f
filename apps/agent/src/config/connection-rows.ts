import {
  flag,
  inRange,
  int,
  MAX_TIMER_MILLIS,
  MAX_TIMER_SECS,
  portNumber,
  text,
  textList,
} from '@app/config';

/** Who this agent is. */
export const identityRows = {
  name: text({
    default: '',
    flags: ['--name', '-n'],
    env: 'AGENT_NAME',
    doc: 'Name of this agent; empty means Unnamed-<host name>.',
  }),
  consolidated: flag({
    default: false,
    flags: ['--consolidated', '-o'],
    env: 'CONSOLIDATED',
    doc: 'Share the paths of this agent with other consolidated agents.',
  }),
  agentToken: text({
    default: '',
    flags: ['--agent_token'],
    env: 'AGENT_TOKEN',
    isSecret: true,
    doc: 'Token presented to the proxy; empty presents none.',
  }),
  agentTokenFile: text({
    default: '',
    flags: ['--agent_token_file'],
    env: 'AGENT_TOKEN_FILE',
    doc: 'File that holds this token; it is read anew each time the agent connects.',
  }),
};

/** Where the proxy is, and how the connection to it is kept. */
export const proxyLinkRows = {
  'proxy.hostname': text({
    default: 'localhost',
    flags: ['--proxy', '-p'],
    env: 'PROXY_HOSTNAME',
    doc: 'Host of the proxy. As a flag or variable: a list of host:port, separated by commas, in order of preference.',
  }),
  'proxy.port': int({
    default: 50_051,
    check: portNumber,
    doc: 'Port of the proxy, for entries of a file that name none.',
  }),
  'proxy.endpoints': textList({
    default: [],
    doc: 'Several proxies as host:port, in order of preference; replaces hostname.',
  }),
  transportFilterDisabled: flag({
    default: false,
    flags: ['--tf_disabled', '--tf-disabled'],
    env: 'TRANSPORT_FILTER_DISABLED',
    doc: 'Connect as an agent that no connection is tied to; must match the proxy.',
  }),
  'grpc.unaryDeadlineSecs': int({
    default: 30,
    check: { allowed: `up to ${MAX_TIMER_SECS}`, holds: (value) => value <= MAX_TIMER_SECS },
    flags: ['--unary_deadline_secs'],
    env: 'UNARY_DEADLINE_SECS',
    doc: 'Seconds a single call to the proxy may take; 0 or less means no limit.',
  }),
  'internal.heartbeatEnabled': flag({
    default: true,
    doc: 'Send a sign of life when nothing else was sent.',
  }),
  'internal.heartbeatCheckPauseMillis': int({
    default: 500,
    check: inRange(1, MAX_TIMER_MILLIS),
    doc: 'Milliseconds between two looks whether one is due.',
  }),
  'internal.heartbeatMaxInactivitySecs': int({
    default: 5,
    check: inRange(0, MAX_TIMER_SECS),
    doc: 'Seconds of silence after which it is.',
  }),
  'internal.reconnectPauseSecs': int({
    default: 3,
    check: inRange(1, MAX_TIMER_SECS),
    doc: 'Seconds between two rounds of trying to connect.',
  }),
  'internal.failbackProbeSecs': int({
    default: 25,
    check: inRange(1, MAX_TIMER_SECS),
    doc: 'Seconds, give or take a fifth, between two looks whether a preferred proxy is back while another one serves.',
  }),
};
